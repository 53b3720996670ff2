/** The Wasm module that rides in this file. */

/** A code point a byte: the build puts it here. */
declare const __WASM__: string;
/** Not yet among TypeScript's own. */
type Base64 = { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };

/** Compiles it, at once. Throws where the browser has no WebAssembly, or a policy refuses it. */
export function compile(): WebAssembly.Module {
    const text = __WASM__;
    // A loop that runs once is run slowly; newer browsers have a way of their own.
    let bytes = (Uint8Array as Base64).fromBase64?.(btoa(text));
    if (!bytes) {
        bytes = new Uint8Array(text.length);
        for (let at = 0; at < bytes.length; at++) {
            bytes[at] = text.charCodeAt(at);
        }
    }
    return new WebAssembly.Module(bytes);
}
