"use strict";
// Before anything is drawn: the language and the colours last chosen, else those of the reader.
(() => {
  const read = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const asked = new URLSearchParams(location.hash.slice(1)).get("lang");
  const language = asked || read("cartable-language") || (navigator.language || "en").slice(0, 2);
  document.documentElement.lang = language === "fr" ? "fr" : "en";
  const theme = read("cartable-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();
