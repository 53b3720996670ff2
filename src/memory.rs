//! The one file that may be unsafe: the allocator, and the bytes through which the hooks hand over an address.
#![allow(unsafe_code)]

/// talc in place of the default allocator: 6,600 bytes smaller, and sound where smaller ones are in doubt.
#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[cfg(feature = "gate")]
mod wire {
    use core::cell::UnsafeCell;
    use js_sys::Uint8Array;

    /// Bytes for an address. Longer ones arrive cut: a verdict needs the host and the front of the path.
    const ADDRESS: usize = 2048;
    /// Bytes for a mark, the id of a category or service.
    const MARK: usize = 256;

    struct Wire<const N: usize>(UnsafeCell<[u8; N]>);

    // SAFETY: this module is built for wasm32-unknown-unknown without the atomics feature, so there is one thread.
    unsafe impl<const N: usize> Sync for Wire<N> {}

    static WIRE: Wire<ADDRESS> = Wire(UnsafeCell::new([0; ADDRESS]));
    static WIRE_MARK: Wire<MARK> = Wire(UnsafeCell::new([0; MARK]));

    impl<const N: usize> Wire<N> {
        fn view(&self) -> Uint8Array {
            // SAFETY: the bytes are static, so the view stays good until the memory grows; the hooks ask again when their
            // view has come loose. JavaScript writes only while no Rust runs, and `text` lends the bytes out only until
            // the call that asked for them returns.
            unsafe { Uint8Array::view(&*self.0.get()) }
        }

        fn text(&self, length: usize) -> &str {
            // SAFETY: as above: nothing writes while this borrow lives.
            let bytes: &[u8; N] = unsafe { &*self.0.get() };
            // A cut may fall inside a character; such an address is no address.
            bytes.get(..length).and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or_default()
        }
    }

    /// Where the hooks write an address.
    pub fn wire() -> Uint8Array {
        WIRE.view()
    }

    /// Where the hooks write a mark.
    pub fn wire_mark() -> Uint8Array {
        WIRE_MARK.view()
    }

    /// The address that lies on the wire, `length` bytes long.
    pub fn address(length: usize) -> &'static str {
        WIRE.text(length)
    }

    /// The mark that lies on the wire, `length` bytes long.
    pub fn mark(length: usize) -> &'static str {
        WIRE_MARK.text(length)
    }
}
#[cfg(feature = "gate")]
pub use wire::{address, mark, wire, wire_mark};
