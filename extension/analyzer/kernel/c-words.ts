/**
 * Kernel vocabulary that is no plain C: annotations, declaration macros and macros that take a type as an argument, which
 * the mask rewrites for the grammar, and macros that hand an argument through or look at it only.
 */

/** Annotations without arguments: blanked. */
export const ANNOTATIONS: ReadonlySet<string> = new Set([
  '__iomem',
  '__rcu',
  '__init',
  '__exit',
  '__user',
  '__percpu',
  '__force',
  '__must_check',
  '__always_unused',
  '__maybe_unused',
  '__read_mostly',
  '__cacheline_aligned',
  '__cacheline_aligned_in_smp',
  '____cacheline_aligned',
  '____cacheline_aligned_in_smp',
  '__packed',
  '__packed2__',
  '__net_init',
  '__net_exit',
  '__ref',
  '__refdata',
  '__refconst',
  '__initdata',
  '__initconst',
  '__exitdata',
  '__exit_p',
  '__sched',
  '__weak',
  '__used',
  '__unused',
  '__cold',
  '__hot',
  '__pure',
  '__attribute_const__',
  '__visible',
  '__deprecated',
  '__nonstring',
  '__bpf_kfunc',
  '__devinit',
  '__devexit',
  '__devinitdata',
  '__initdata_or_module',
  '__ro_after_init',
  '__kprobes',
  'noinline',
  'noinline_for_stack',
  'notrace',
  'asmlinkage',
  '__always_inline',
  '__no_kcsan',
  '__nocast',
  '__bitwise',
  '__safe',
  '__private',
  '__noreturn',
  '__flatten',
  '__malloc',
  '__percpu_',
  '__designated_init',
  '__randomize_layout',
  '__no_sanitize_address',
  '__meminit',
  '__free_page_',
  '__counted',
  '__latent_entropy',
  '__nostackprotector',
  '__signed__',
  '__extension__',
  '__kernel',
  'INDIRECT_CALLABLE_SCOPE',
  '__aligned_largest',
  '__uses',
  '__no_randomize_layout',
  '__no_caller_saved_registers',
  '__uninitialized',
  '__nocfi',
  '__nocfi_generic',
  '__gnu_inline',
  '__naked',
  '__noscs',
  '__no_kmsan_checks',
  '__no_sanitize_coverage',
  '__no_sanitize_thread',
  '__no_sanitize_undefined',
  '__no_sanitize_or_inline',
  '__always_used',
  '__cpuidle',
  '__initdata_memblock',
  '__meminitdata',
  '__meminitconst',
  '__nosavedata',
  '__exitused',
  '__function_aligned',
  '__inline_maybe_unused',
  '__counted_by_',
  '__net_initdata',
  '__net_initconst',
  '__net_exitdata',
  '__devinitconst',
  '__devexitdata',
  '__rte_cache_aligned',
  'unrolled',
  'unrolled_full',
  'unrolled_none',
  '__inline__',
  '__inline',
]);

/** Annotations with arguments: blanked together with the parentheses that follow. */
export const ANNOTATION_CALLS: ReadonlySet<string> = new Set([
  '__aligned',
  '__printf',
  '__scanf',
  '__acquires',
  '__releases',
  '__must_hold',
  '__acquire_shared',
  '__free',
  '__counted_by',
  '__counted_by_le',
  '__counted_by_be',
  '__attribute__',
  '__section',
  '__alloc_size',
  '__acquires_shared',
  '__cond_acquires',
  '__counted_by_ptr',
  '__context_unsafe',
  '__guarded_by',
  '__no_sanitize',
  '__realloc_size',
  '__diag_ignore',
  '__cleanup',
  '__alias',
  '__mode',
  '__assume_aligned',
  '__nonnull_args',
  '__noinstr_section',
  '__annotated',
  '__attribute',
  '__alloc_size__',
  'unrolled_count',
]);

/** Words that stand for a loop or a guarded block and are followed by parentheses and a statement. */
export const BLOCK_MACROS: ReadonlySet<string> = new Set([
  'scoped_guard',
  'scoped_cond_guard',
  'scoped_user_read_access',
]);

/** Of these, the ones among whose arguments is a statement. */
export const CONDITIONAL_GUARDS: ReadonlySet<string> = new Set(['scoped_cond_guard']);

/** Operators that take a type or an expression, which the grammar only knows of `sizeof`. */
export const ALIGN_WORDS: ReadonlySet<string> = new Set(['__alignof__', '__alignof', 'alignof']);

/** Macros whose first argument is a type. */
export const TYPE_FIRST_MACROS: ReadonlySet<string> = new Set([
  'min_t',
  'max_t',
  'clamp_t',
  'flex_array_size_t',
  'DEFINE_RAW_FLEX',
  'DEFINE_FLEX',
]);

/** Operators that take a type by the grammar itself; their argument is left alone. */
export const TYPE_OPERATORS: ReadonlySet<string> = new Set([
  'sizeof',
  'offsetof',
  '__alignof__',
  '_Alignof',
  'alignof',
  '__builtin_offsetof',
  'if',
  'while',
  'for',
  'switch',
  'return',
]);

/**
 * Declaration macros inside structures: the macro name becomes a type, its first argument the declared name.
 * The replacement must fit into the macro name plus its opening parenthesis.
 */
export const DECLARATION_MACROS: ReadonlyMap<string, string> = new Map([
  ['DEFINE_DMA_UNMAP_ADDR', 'dma_addr_t'],
  ['DEFINE_DMA_UNMAP_LEN', '__u32'],
  ['DECLARE_BITMAP', 'unsigned long'],
  ['DECLARE_KFIFO', 'u8'],
  ['DECLARE_KFIFO_PTR', 'u8'],
  ['DECLARE_HASHTABLE', 'int'],
  ['DEFINE_HASHTABLE', 'int'],
  ['DECLARE_PHY_INTERFACE_MASK', 'int'],
  ['DECLARE_STATIC_KEY_FALSE', 'int'],
]);

/**
 * Macros that hold members of a structure: how many arguments stand before the members. What they declare besides is
 * reached through the members all the same.
 */
export const MEMBER_GROUPS: ReadonlyMap<string, number> = new Map([
  ['struct_group', 1],
  ['struct_group_attr', 2],
  ['struct_group_tagged', 2],
  ['__struct_group', 3],
]);

/** Starts of names of loop macros besides everything that contains `for_each`. */
export const LOOP_WORDS = /for_each|^hlist_bl?_for|_foreach$|^for_ring_|^foreach_/;

/** Words that stand for a type expression with an argument. */
export const TYPEOF_WORDS: ReadonlySet<string> = new Set([
  'typeof',
  '__typeof__',
  '__typeof',
  'typeof_member',
]);

/** Functions and macros that look at truth only. */
export const LOOKS_AT_TRUTH: ReadonlySet<string> = new Set([
  'WARN',
  'WARN_ON',
  'WARN_ON_ONCE',
  'BUG_ON',
  'WARN_ONCE',
  'BUILD_BUG_ON',
  'assert',
]);

const ANY_MEMORY: ReadonlySet<string> = new Set([
  'kfree',
  'kvfree',
  'vfree',
  'devm_kfree',
  'kfree_sensitive',
  'memset',
  'memcpy',
  'kmemdup',
  'memmove',
  'ARRAY_SIZE',
  'memzero_explicit',
  'bitmap_zero',
]);

/** True for functions that take any memory: an array of references is memory as good as an array of pages. */
export function takesAnyMemory(name: string): boolean {
  return ANY_MEMORY.has(name);
}

/** Calls that only give their first argument back. */
export const IDENTITY_CALLS: ReadonlySet<string> = new Set([
  'likely',
  'unlikely',
  'READ_ONCE',
  'rcu_dereference',
  'rtnl_dereference',
  'rcu_dereference_protected',
  'rcu_dereference_bh',
  'rcu_dereference_check',
  'rcu_dereference_raw',
  'rcu_dereference_rtnl',
  'rcu_access_pointer',
  'unrcu_pointer',
  'ACCESS_PRIVATE',
  'smp_load_acquire',
  'no_free_ptr',
  'return_ptr',
  'array_index_nospec',
  'WARN_ON',
  'WARN_ON_ONCE',
]);

/** Those of them that give back what it points to. */
export const READS_BEHIND: ReadonlySet<string> = new Set(['smp_load_acquire']);

/** Calls that write to the log. */
export const LOG_CALL =
  /\b(?:(?:no_)?printk\w*|(?:pr|dev|netdev|netif|ibdev|pci|wiphy)_(?:emerg|alert|crit|err|warn|notice|info|v?dbg|printk)(?:_once|_ratelimited)?|print_hex_dump\w*)\s*(?=\()/g;

/** Macros that turn a pointer to a member into a pointer to its container: position of the type argument. */
export const CONTAINER_CALLS: ReadonlyMap<string, number> = new Map([
  ['container_of', 1],
  ['container_of_const', 1],
  ['list_entry', 1],
  ['list_first_entry', 1],
  ['list_last_entry', 1],
  ['list_first_entry_or_null', 1],
  ['hlist_entry', 1],
  ['rb_entry', 1],
  ['hlist_entry_safe', 1],
]);

/** How urgent a line of the log is: a text in front of the line's. */
export const LOG_LEVEL = /^KERN_[A-Z]+$/;

/** Functions that take a bit's number and the word, or an array of words. */
export const BIT_TESTS: ReadonlySet<string> = new Set(['test_bit', '__test_bit', 'test_bit_acquire']);
