-- Runs inside Neovim: opens a driver, waits for its diagnostics, takes a code action as a user would (the menu is
-- answered by its title), and writes down what came of it. Arguments come in the environment.
local node, server = vim.env.NETMEM_NODE, vim.env.NETMEM_COMMAND
local wanted, answers = vim.env.NETMEM_ACTION, vim.env.NETMEM_ANSWERS
local seen = { diagnostics = {}, actions = {} }

local function finish(failure)
  seen.failure = failure
  vim.fn.writefile({ vim.fn.json_encode(seen) }, answers)
  vim.cmd('qall!')
end

local function run()
  local client = vim.lsp.start_client({
    name = 'netmem',
    cmd = { node, server, 'lsp', '--stdio' },
    root_dir = vim.fn.getcwd(),
  })
  vim.lsp.buf_attach_client(0, client)
  local function diagnostics()
    return vim.diagnostic.get(0)
  end
  if not vim.wait(30000, function() return #diagnostics() > 0 end) then
    return finish('no diagnostics')
  end
  for _, item in ipairs(diagnostics()) do
    table.insert(seen.diagnostics, {
      line = item.lnum + 1,
      column = item.col + 1,
      code = item.code,
      source = item.source,
      message = item.message,
    })
  end

  local target = tonumber(vim.env.NETMEM_LINE)
  vim.api.nvim_win_set_cursor(0, { target, tonumber(vim.env.NETMEM_COLUMN) })
  local chosen = false
  vim.ui.select = function(items, options, on_choice)
    for _, item in ipairs(items) do
      local title = options.format_item(item)
      table.insert(seen.actions, title)
    end
    for _, item in ipairs(items) do
      if vim.startswith(options.format_item(item), wanted) then
        chosen = true
        return on_choice(item)
      end
    end
    on_choice(nil)
  end
  local before = vim.api.nvim_buf_get_changedtick(0)
  vim.lsp.buf.code_action()
  vim.wait(30000, function() return #seen.actions > 0 end)
  if not chosen then
    return finish('no such action')
  end
  if not vim.wait(30000, function() return vim.api.nvim_buf_get_changedtick(0) > before end) then
    return finish('the text did not change')
  end
  seen.text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n') .. '\n'
  local left = #seen.diagnostics
  vim.wait(5000, function() return #diagnostics() ~= left end)
  seen.left = #diagnostics()
  vim.cmd('undo')
  seen.undone = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n') .. '\n'
  finish(nil)
end

local ok, failure = pcall(run)
if not ok then finish(tostring(failure)) end
