/** A style sheet as a text: the build minifies it into target/wasm/ and takes it in. */
declare module '*.css' {
    const css: string;
    export default css;
}
