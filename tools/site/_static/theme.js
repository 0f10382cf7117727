// Tells each live page in a frame whether the site is light or dark: when it asks, and when a reader switches.
"use strict";
(() => {
  const ASKS = "clearprop: light or dark?";
  const root = document.documentElement;
  // Of a site opened from files, no origin could be named; what is told is no secret.
  const tell = (page) => page?.postMessage({ theme: root.dataset.theme }, "*");
  const tellAll = () => {
    for (const frame of document.querySelectorAll("iframe.live")) tell(frame.contentWindow);
  };
  addEventListener("message", ({ source, data }) => {
    if (data === ASKS) tell(source);
  });
  new MutationObserver(tellAll).observe(root, { attributeFilter: ["data-theme"] });
  tellAll(); // those that asked before this script was there
})();
