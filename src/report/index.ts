export { renderCertificate } from "./render-certificate.js";
export { renderReport } from "./render-report.js";
