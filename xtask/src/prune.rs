//! Takes out what nothing refers to: entries of the function table, with the functions that only they keep alive,
//! and constants.
//!
//! bindgen's descriptors, code that runs at build time only, put the callbacks of all of js-sys into the function
//! table; once they are gone nobody calls these, but a table entry is an entry, and wasm-opt must keep it. It must
//! keep every constant as well: addresses are numbers. The linker knows better and says so when asked
//! (`--emit-relocs`): each place in code and data that holds an address, and of what. With that a mark and sweep is
//! exact. Dead constants (the words and places of panics, mostly) become zeros, which wasm-opt drops.

use anyhow::{Context, Result, bail, ensure};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex};
use walrus::ir::{Instr, InstrLocId, Value, Visitor, VisitorMut, dfs_in_order, dfs_pre_order_mut};
use walrus::{ConstExpr, ElementId, ElementItems, ElementKind, ExportItem, FunctionId, FunctionKind, Module};
use wasmparser::{DefinedDataSymbol, KnownCustom, Linking, Parser, Payload, RelocationType, SymbolInfo};

/// What an address is the address of.
#[derive(Clone, Copy)]
enum Referent {
    /// A function: the number that stands there is its place in the function table.
    Slot,
    Data(Span),
}

/// Some bytes of one data segment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Span {
    segment: usize,
    start: usize,
    end: usize,
}

/// The linker's list of addresses.
pub struct References {
    /// By the place of the instruction in the file.
    code: HashMap<u32, Referent>,
    /// By segment, then by place in it.
    data: Vec<BTreeMap<usize, Referent>>,
}

/// Parses a module together with its list of addresses.
pub fn parse(wasm: &[u8]) -> Result<(Module, References)> {
    let places = Arc::new(Mutex::new(BTreeSet::new()));
    let seen = Arc::clone(&places);
    let mut module = walrus::ModuleConfig::new()
        // As bindgen does: LLVM's output is well formed.
        .strict_validate(false)
        .on_instr_loc(move |&place| {
            let place = u32::try_from(place).unwrap_or(u32::MAX);
            if let Ok(mut seen) = seen.lock() {
                seen.insert(place);
            }
            InstrLocId::new(place)
        })
        .parse(wasm)?;
    for section in ["linking", "reloc.CODE", "reloc.DATA"] {
        module.customs.remove_raw(section);
    }
    let places = places.lock().map_err(|_| anyhow::anyhow!("the parser panicked"))?;
    let references = read(wasm, &places)?;
    Ok((module, references))
}

fn read(wasm: &[u8], instructions: &BTreeSet<u32>) -> Result<References> {
    let mut symbols = Vec::new();
    let mut relocations = Vec::new();
    let mut section = 0;
    let (mut code_section, mut data_section) = (None, None);
    let mut segments = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        let number = section;
        match &payload {
            // These are no sections of their own.
            Payload::Version { .. } | Payload::CodeSectionEntry(_) | Payload::End(_) => continue,
            Payload::CodeSectionStart { range, .. } => code_section = Some((number, range.start)),
            Payload::DataSection(reader) => {
                data_section = Some(number);
                let start = reader.range().start;
                for segment in reader.clone() {
                    let segment = segment?;
                    let end = segment.range.end - start;
                    segments.push(end - segment.data.len()..end);
                }
            }
            Payload::CustomSection(reader) => match reader.as_known() {
                KnownCustom::Linking(reader) => {
                    for part in reader.subsections() {
                        if let Linking::SymbolTable(table) = part? {
                            symbols = table.into_iter().collect::<Result<_, _>>()?;
                        }
                    }
                }
                KnownCustom::Reloc(reader) => {
                    for entry in reader.entries() {
                        relocations.push((reader.section_index(), entry?));
                    }
                }
                _ => {}
            },
            _ => {}
        }
        section += 1;
    }
    let (code_section, code_start) = code_section.context("the module has no code")?;
    ensure!(!relocations.is_empty(), "the linker was not asked for its list of addresses");

    let mut references = References { code: HashMap::new(), data: vec![BTreeMap::new(); segments.len()] };
    for (section, entry) in relocations {
        let referent = match entry.ty {
            RelocationType::TableIndexSleb | RelocationType::TableIndexI32 => Referent::Slot,
            RelocationType::MemoryAddrLeb | RelocationType::MemoryAddrSleb | RelocationType::MemoryAddrI32 => {
                match symbols.get(entry.index as usize) {
                    Some(&SymbolInfo::Data { symbol: Some(DefinedDataSymbol { index, offset, size }), .. }) => {
                        let (segment, start) = (index as usize, offset as usize);
                        Referent::Data(Span { segment, start, end: start + size as usize })
                    }
                    // The linker's own marks, such as where the heap begins.
                    _ => continue,
                }
            }
            RelocationType::FunctionIndexLeb
            | RelocationType::TypeIndexLeb
            | RelocationType::GlobalIndexLeb
            | RelocationType::TableNumberLeb
            | RelocationType::EventIndexLeb
            | RelocationType::FunctionOffsetI32
            | RelocationType::SectionOffsetI32 => continue,
            other => bail!("an address of a kind that prune does not know: {other:?}"),
        };
        let at = entry.offset as usize;
        if section == code_section {
            let place = u32::try_from(code_start + at)?;
            let instruction = instructions.range(..place).next_back().context("an address outside any instruction")?;
            references.code.insert(*instruction, referent);
        } else if Some(section) == data_section {
            let segment =
                segments.iter().position(|range| range.contains(&at)).context("an address outside any data")?;
            references.data[segment].insert(at - segments[segment].start, referent);
        }
    }
    Ok(references)
}

/// What was taken out.
pub struct Pruned {
    pub slots: usize,
    pub bytes: usize,
}

/// Sweeps the module that bindgen made of the parsed one.
pub fn prune(module: &mut Module, references: &References) -> Result<Pruned> {
    let (segment, slots) = function_table(module)?;
    let mut mark = Mark {
        module,
        references,
        slots: &slots,
        functions: HashSet::new(),
        spans: HashSet::new(),
        kept: BTreeSet::new(),
    };
    mark.run()?;
    let (spans, kept) = (mark.spans, mark.kept);
    let bytes = clear(module, &spans);
    renumber(module, references, segment, &slots, &kept)?;
    walrus::passes::gc::run(module);
    Ok(Pruned { slots: slots.len() - kept.len(), bytes })
}

/// The functions that have an address, which is their place here plus one: null is no function.
fn function_table(module: &Module) -> Result<(ElementId, Vec<FunctionId>)> {
    let mut found = None;
    for element in module.elements.iter() {
        let (ElementKind::Active { table, offset }, ElementItems::Functions(functions)) =
            (&element.kind, &element.items)
        else {
            continue;
        };
        ensure!(matches!(offset, ConstExpr::Value(Value::I32(1))), "the function table does not begin at 1");
        ensure!(found.is_none(), "the function table comes in several pieces");
        let exported = module.exports.iter().any(|export| matches!(export.item, ExportItem::Table(id) if id == *table));
        ensure!(!exported, "the function table is exported: JavaScript may hold addresses");
        found = Some((element.id(), functions.clone()));
    }
    found.context("the module has no function table")
}

/// What the name of a source file ends with; the compiler keeps a zero after it, for C.
const SOURCE: [&[u8]; 2] = [b".rs", b".rs\0"];

/// Everything that can be reached from what JavaScript can call.
struct Mark<'a> {
    module: &'a Module,
    references: &'a References,
    slots: &'a [FunctionId],
    functions: HashSet<FunctionId>,
    spans: HashSet<Span>,
    /// The places in the function table that some live code or data names.
    kept: BTreeSet<usize>,
}

impl Mark<'_> {
    fn run(&mut self) -> Result<()> {
        let exported = self.module.exports.iter().filter_map(|export| match export.item {
            ExportItem::Function(id) => Some(id),
            _ => None,
        });
        let mut queue: Vec<FunctionId> = exported.chain(self.module.start).collect();
        while let Some(id) = queue.pop() {
            let FunctionKind::Local(local) = &self.module.funcs.get(id).kind else {
                continue;
            };
            if !self.functions.insert(id) {
                continue;
            }
            let mut body = Body::default();
            dfs_in_order(&mut body, local, local.entry_block());
            queue.extend(body.functions);
            for (place, value) in body.places {
                match self.references.code.get(&place) {
                    Some(Referent::Slot) => {
                        queue.push(self.keep(value.context("a function address outside a constant")?)?)
                    }
                    Some(&Referent::Data(span)) => self.span(span, &mut queue)?,
                    None => {}
                }
            }
        }
        Ok(())
    }

    /// A `core::panic::Location`: a source file's name, its length, line and column. It may still be handed around,
    /// but only a panic's words would be made of it.
    fn is_location(&self, span: Span) -> Result<bool> {
        let Some(addresses) = self.references.data.get(span.segment) else {
            return Ok(false);
        };
        let mut inside = addresses.range(span.start..span.end);
        let (Some((&at, &Referent::Data(file))), None) = (inside.next(), inside.next()) else {
            return Ok(false);
        };
        let name = bytes(self.module, file)?;
        Ok(span.end - span.start == 16 && at == span.start && SOURCE.iter().any(|end| name.ends_with(end)))
    }

    fn keep(&mut self, address: i32) -> Result<FunctionId> {
        let slot = usize::try_from(address)?.checked_sub(1).context("a function at the null address")?;
        self.kept.insert(slot);
        self.slots.get(slot).copied().context("a function address past the table")
    }

    fn span(&mut self, span: Span, queue: &mut Vec<FunctionId>) -> Result<()> {
        if self.is_location(span)? || !self.spans.insert(span) {
            return Ok(());
        }
        // Zeroed memory comes after the segments and has no bytes of its own.
        let Some(addresses) = self.references.data.get(span.segment) else {
            return Ok(());
        };
        for (&at, &referent) in addresses.range(span.start..span.end) {
            match referent {
                Referent::Slot => {
                    let address = word(&segment(self.module, span.segment)?.value, at)?;
                    let function = self.keep(address)?;
                    queue.push(function);
                }
                Referent::Data(span) => self.span(span, queue)?,
            }
        }
        Ok(())
    }
}

fn bytes(module: &Module, span: Span) -> Result<&[u8]> {
    Ok(segment(module, span.segment)?.value.get(span.start..span.end).unwrap_or_default())
}

fn segment(module: &Module, number: usize) -> Result<&walrus::Data> {
    module.data.iter().nth(number).context("a data segment is gone")
}

fn word(bytes: &[u8], at: usize) -> Result<i32> {
    let bytes = bytes.get(at..at + 4).context("an address past its segment")?;
    Ok(i32::from_le_bytes(bytes.try_into()?))
}

/// What a function's body refers to: functions by name, and by place whatever may hold an address.
#[derive(Default)]
struct Body {
    functions: Vec<FunctionId>,
    places: Vec<(u32, Option<i32>)>,
}

impl<'instr> Visitor<'instr> for Body {
    fn visit_instr(&mut self, instr: &'instr Instr, place: &'instr InstrLocId) {
        let value = match instr {
            Instr::Const(walrus::ir::Const { value: Value::I32(value) }) => Some(*value),
            _ => None,
        };
        // What bindgen put in has no place, and holds no address of the linker's.
        if !place.is_default() {
            self.places.push((place.data(), value));
        }
    }

    fn visit_function_id(&mut self, function: &FunctionId) {
        self.functions.push(*function);
    }
}

/// Zeroes what is in no live span and returns how many bytes were not zero before.
fn clear(module: &mut Module, live: &HashSet<Span>) -> usize {
    let ids: Vec<_> = module.data.iter().map(|data| data.id()).collect();
    let mut cleared = 0;
    for (number, id) in ids.into_iter().enumerate() {
        let bytes = &mut module.data.get_mut(id).value;
        let mut keep = vec![false; bytes.len()];
        for span in live.iter().filter(|span| span.segment == number) {
            if let Some(part) = keep.get_mut(span.start..span.end) {
                part.fill(true);
            }
        }
        for (byte, _) in bytes.iter_mut().zip(keep).filter(|(byte, keep)| **byte != 0 && !keep) {
            *byte = 0;
            cleared += 1;
        }
    }
    cleared
}

/// Closes the gaps in the function table, and writes the new addresses wherever an old one stands.
fn renumber(
    module: &mut Module,
    references: &References,
    element: ElementId,
    slots: &[FunctionId],
    kept: &BTreeSet<usize>,
) -> Result<()> {
    let addresses: HashMap<i32, i32> =
        kept.iter().zip(1..).map(|(&slot, new)| Ok((i32::try_from(slot + 1)?, new))).collect::<Result<_>>()?;

    let element = module.elements.get_mut(element);
    element.items = ElementItems::Functions(kept.iter().filter_map(|&slot| slots.get(slot).copied()).collect());
    if let ElementKind::Active { table, .. } = element.kind {
        let table = module.tables.get_mut(table);
        table.initial = kept.len() as u64 + 1;
        table.maximum = Some(table.initial);
    }

    let mut rewrite = Rewrite { references, addresses: &addresses };
    for (_, local) in module.funcs.iter_local_mut() {
        let entry = local.entry_block();
        dfs_pre_order_mut(&mut rewrite, local, entry);
    }

    let ids: Vec<_> = module.data.iter().map(|data| data.id()).collect();
    for (id, places) in ids.into_iter().zip(&references.data) {
        let bytes = &mut module.data.get_mut(id).value;
        for (&at, referent) in places {
            // Of a constant that is cleared, a zero is left: no address.
            if let (Referent::Slot, Some(new)) = (referent, addresses.get(&word(bytes, at)?)) {
                bytes[at..at + 4].copy_from_slice(&new.to_le_bytes());
            }
        }
    }
    Ok(())
}

struct Rewrite<'a> {
    references: &'a References,
    addresses: &'a HashMap<i32, i32>,
}

impl VisitorMut for Rewrite<'_> {
    fn visit_instr_mut(&mut self, instr: &mut Instr, place: &mut InstrLocId) {
        if let Instr::Const(walrus::ir::Const { value: Value::I32(value) }) = instr
            && !place.is_default()
            && let Some(Referent::Slot) = self.references.code.get(&place.data())
            && let Some(new) = self.addresses.get(value)
        {
            *value = *new;
        }
    }
}
