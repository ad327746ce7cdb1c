/**
 * The toolkit tries a selector in a style element of its own when it is loaded. The page's security policy refuses
 * that without a nonce, for which it looks here; so this must be imported before it.
 */
const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce;
if (nonce !== undefined) {
  const meta = document.createElement('meta');
  meta.setAttribute('property', 'csp-nonce');
  meta.content = nonce;
  document.head.append(meta);
}
