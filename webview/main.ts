/** The page of the panel. Everything visible comes from <netmem-panel>. */
import './page.css';
import './components/netmem-panel.ts';
