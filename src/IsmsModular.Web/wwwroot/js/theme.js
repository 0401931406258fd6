// Runs before the first paint: light or dark as chosen, else as the system has it.
(() => {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const chosen = () => { try { return localStorage.getItem('isms-theme'); } catch { return null; } };
  const apply = () => root.setAttribute('data-bs-theme', chosen() ?? (dark.matches ? 'dark' : 'light'));
  root.classList.add('has-script');
  apply();
  dark.addEventListener('change', apply);
  window.ismsTheme = () => {
    const next = root.getAttribute('data-bs-theme') === 'dark' ? 'light' : 'dark';
    try { localStorage.setItem('isms-theme', next); } catch { /* private window: for this page only */ }
    root.setAttribute('data-bs-theme', next);
  };
})();
