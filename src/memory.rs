//! The one file that may be unsafe: the allocator, and the bytes through which the hooks hand over an address.
#![allow(unsafe_code)]

#[cfg(target_family = "wasm")]
mod heap {
    use super::Single;
    use core::alloc::{GlobalAlloc, Layout};
    use core::arch::wasm32::{memory_grow, memory_size};
    use core::cell::Cell;

    /// Bytes by which Wasm's memory grows.
    const PAGE: usize = 65_536;
    /// No block is smaller: it has room for the address of the next free one, and the alignment that anything needs.
    const SMALLEST: usize = 16;

    /// Blocks of powers of two, each size with a list of those given back. Half a kilobyte of Wasm less than talc, the
    /// smallest allocator that is sound; what it wastes is room, never more than half. A list holds only whole blocks of
    /// its own size, so what is given back serves any later wish of that size, and no search and no merging is needed.
    struct Heap {
        /// By the power of two: the first free block; 0 for none.
        free: [Cell<usize>; usize::BITS as usize],
        /// Where no block has been made yet; 0 before the first.
        next: Cell<usize>,
    }

    #[global_allocator]
    static HEAP: Single<Heap> =
        Single(Heap { free: [const { Cell::new(0) }; usize::BITS as usize], next: Cell::new(0) });

    fn room(layout: Layout) -> usize {
        layout.size().max(layout.align()).max(SMALLEST).next_power_of_two()
    }

    impl Heap {
        fn list(&self, room: usize) -> Option<&Cell<usize>> {
            self.free.get(room.trailing_zeros() as usize)
        }

        /// A block at the end of what is in use, where the memory may have to grow; 0 where it cannot.
        fn fresh(&self, room: usize) -> usize {
            let end = memory_size(0) * PAGE;
            // At first the end of the memory: what lies below is the stack and the constants.
            let start = if self.next.get() == 0 { end } else { self.next.get() };
            // Blocks are made at multiples of 16; nothing of ours asks for more.
            let Some(next) = start.checked_add(room) else { return 0 };
            if next > end && memory_grow(0, (next - end).div_ceil(PAGE)) == usize::MAX {
                return 0;
            }
            self.next.set(next);
            start
        }
    }

    // SAFETY: a block comes from `fresh`, which hands out every address once, or from the list of its size, into which
    // only `dealloc` puts blocks, each once by the caller's promise; so no two blocks in use overlap. Each has the room
    // and (multiples of 16 from a page's start, and no larger alignment is served) the alignment of its layout. There is
    // one thread. A refusal is null, as the trait has it.
    unsafe impl GlobalAlloc for Single<Heap> {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            let room = room(layout);
            let Some(list) = self.0.list(room).filter(|_| layout.align() <= SMALLEST) else {
                return core::ptr::null_mut();
            };
            let block = list.get() as *mut usize;
            if block.is_null() {
                return self.0.fresh(room) as *mut u8;
            }
            // SAFETY: a free block's first word is the address of the next, written by `dealloc`.
            list.set(unsafe { *block });
            block.cast()
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            if let Some(list) = self.0.list(room(layout)) {
                // SAFETY: the caller gives the block back; it is aligned and has room for a word.
                unsafe { *block.cast::<usize>() = list.get() };
                list.set(block as usize);
            }
        }
    }
}

/// What there is one of: a thread-local costs an initializer and a check at every use.
pub struct Single<T>(pub T);

// SAFETY: this module is built for wasm32-unknown-unknown without the atomics feature, so there is one thread.
unsafe impl<T> Sync for Single<T> {}

/// Bytes as text, without looking at each. They have to be UTF-8.
#[cfg(feature = "gate")]
pub fn text(bytes: &[u8]) -> &str {
    // SAFETY: the only caller hands over a record (`crate::consent::record`), which is put together of texts that
    // came from JavaScript as UTF-8, of constants and of digits, and is cut only at ASCII characters (`crate::json`).
    unsafe { core::str::from_utf8_unchecked(bytes) }
}

#[cfg(feature = "gate")]
mod wire {
    use core::cell::UnsafeCell;
    use js_sys::Uint8Array;

    /// Bytes for an address. Longer ones arrive cut: a verdict needs the host and the front of the path.
    const ADDRESS: usize = 2048;
    /// Bytes for a mark, the id of a category or service.
    const MARK: usize = 256;

    struct Wire<const N: usize>(UnsafeCell<[u8; N]>);

    // SAFETY: as for `Single`.
    unsafe impl<const N: usize> Sync for Wire<N> {}

    static WIRE: Wire<ADDRESS> = Wire(UnsafeCell::new([0; ADDRESS]));
    static WIRE_MARK: Wire<MARK> = Wire(UnsafeCell::new([0; MARK]));

    impl<const N: usize> Wire<N> {
        fn view(&self) -> Uint8Array {
            // SAFETY: the bytes are static, so the view stays good until the memory grows; the hooks ask again when their
            // view has come loose. JavaScript writes only while no Rust runs, and `bytes` lends the bytes out only until
            // the call that asked for them returns.
            unsafe { Uint8Array::view(&*self.0.get()) }
        }

        fn bytes(&self, length: usize) -> &[u8] {
            // SAFETY: as above: nothing writes while this borrow lives.
            let bytes: &[u8; N] = unsafe { &*self.0.get() };
            bytes.get(..length).unwrap_or_default()
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
    pub fn address(length: usize) -> &'static [u8] {
        WIRE.bytes(length)
    }

    /// The mark that lies on the wire, `length` bytes long.
    pub fn mark(length: usize) -> &'static [u8] {
        WIRE_MARK.bytes(length)
    }
}
#[cfg(feature = "gate")]
pub use wire::{address, mark, wire, wire_mark};
