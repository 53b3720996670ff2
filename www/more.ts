/** The second file: what only an error, opened preferences or a withdrawal need. Loaded by the first when it is met. */
import { decorate, explain, initSync, sweep } from '../target/bindgen/more/portcullis';

declare const __WASM__: string;

const text = __WASM__;
const bytes = new Uint8Array(text.length);
for (let at = 0; at < bytes.length; at++) {
    bytes[at] = text.charCodeAt(at);
}
initSync({ module: new WebAssembly.Module(bytes) });

export { decorate, explain, sweep };
