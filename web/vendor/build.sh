#!/usr/bin/env bash
# Rebuilds web/static/vendor/ from the exact package versions below (`make vendor`).
# Needs node and npm. The results are committed, so running the site needs neither.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

cd "$scratch"
printf '{"name":"vendor-scratch","private":true}\n' > package.json
npm install --ignore-scripts --no-audit --no-fund --no-package-lock --save-exact \
    @utrecht/button-css@3.1.0 \
    @utrecht/textbox-css@3.1.0 \
    @utrecht/textarea-css@3.0.1 \
    @utrecht/select-css@2.0.1 \
    @utrecht/checkbox-css@2.0.1 \
    @utrecht/form-field-css@2.0.1 \
    @utrecht/form-fieldset-css@2.0.1 \
    @utrecht/form-label-css@2.0.1 \
    @utrecht/form-field-description-css@2.0.1 \
    @utrecht/form-field-error-message-css@2.0.1 \
    @utrecht/table-css@2.0.2 \
    @utrecht/skip-link-css@2.0.1 \
    @nl-design-system-unstable/voorbeeld-design-tokens@7.4.1 \
    @fontsource/atkinson-hyperlegible@5.3.0 \
    htmx.org@2.0.11
node "$here/build.mjs" "$scratch/node_modules" "$here/../static/vendor"
