"use strict";
window.addEventListener("load", () => {
  window.SwaggerUIBundle({ url: "/v1/openapi.json", dom_id: "#reference", deepLinking: true, validatorUrl: null, docExpansion: "none" });
});
