/** The Wasm module that rides in this file. */

/** A code point a byte: the build puts it here. */
declare const __WASM__: string;

/** Compiles it, at once. Throws where the browser has no WebAssembly, or a policy refuses it. */
export function compile(): WebAssembly.Module {
    const text = __WASM__;
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < bytes.length; at++) {
        bytes[at] = text.charCodeAt(at);
    }
    return new WebAssembly.Module(bytes);
}
