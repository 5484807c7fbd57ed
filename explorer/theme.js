// The chosen theme, before anything is drawn: a page that is light at first would flash in the dark. It is
// no module, because modules wait; `settings.js` has the rest.
try {
  const theme = localStorage.getItem('pharos.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.setAttribute('data-theme', theme);
} catch { /* without storage the theme is the system's */ }
