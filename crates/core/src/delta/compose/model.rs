//! A plain value that operations are done on one by one, and random operations for it.

use crate::delta::script::{Action, Op, Path, Script, Step, TextId, Texts, Value};
pub(crate) use crate::testing::Dice;

/// Keys of the objects that random operations make.
pub(crate) const KEYS: u32 = 5;

/// A script of operations that share the texts "0" to "4".
#[derive(Clone, Default, Debug)]
pub(crate) struct Program {
    pub(crate) ops: Vec<(Vec<Step>, Action)>,
}

impl Program {
    pub(crate) fn script(&self) -> Script {
        let mut script = Script { texts: texts(), ..Script::default() };
        for (path, action) in &self.ops {
            let path_at = Path { start: script.steps.len() as u32, len: path.len() as u32 };
            script.steps.extend(path);
            script.ops.push(Op { path: path_at, action: action.clone() });
        }
        script
    }

    pub(crate) fn of(script: &Script) -> Self {
        let ops = script.ops.iter().map(|op| (script.path(op.path).to_vec(), op.action.clone()));
        Self { ops: ops.collect() }
    }

    pub(crate) fn inverse(&self) -> Self {
        let mut script = self.script();
        script.invert_from(0);
        Self::of(&script)
    }

    pub(crate) fn then(&self, other: &Self) -> Self {
        Self { ops: [self.ops.clone(), other.ops.clone()].concat() }
    }
}

pub(crate) fn texts() -> Texts {
    let mut texts = Texts::default();
    for number in 0..KEYS {
        texts.intern(&[b'a' + number as u8]).unwrap();
    }
    texts
}

/// Does operations, each of which has to find what it says was there.
pub(crate) fn apply(state: &mut Value, program: &Program) {
    let mut moved: Vec<Option<Value>> = Vec::new();
    let ops = &program.ops;
    for (number, (path, action)) in ops.iter().enumerate() {
        match action {
            Action::Root { old, new } => assert!(core::mem::replace(state, new.clone()).same(old)),
            Action::Set { key, old, new, before, by } => {
                if let Some(by) = by {
                    let [Some(Value::Number(old)), Some(Value::Number(new))] = [old, new] else { panic!() };
                    assert_eq!(old + by, *new);
                }
                set(at(state, path), *key, old, new, *before);
            }
            Action::Splice { index, removed, inserted, goes_on } => {
                if *goes_on {
                    let behind = &ops[number - 1];
                    assert!(behind.0 == *path);
                    assert!(matches!(&behind.1, Action::Splice { index: before, inserted, .. }
                        if before + inserted.len() as u32 <= *index));
                }
                let Value::Array(items) = at(state, path) else { panic!("not an array") };
                let range = *index as usize..*index as usize + removed.len();
                let went: Vec<_> = items.splice(range, inserted.iter().cloned()).collect();
                for (item, old) in went.into_iter().zip(removed) {
                    match old {
                        Value::Moved(number) => {
                            let number = *number as usize;
                            moved.resize(moved.len().max(number + 1), None);
                            assert!(moved[number].replace(item).is_none());
                        }
                        _ => assert!(item.same(old), "{item:?} is not {old:?}"),
                    }
                }
                if !matches!(ops.get(number + 1), Some((_, Action::Splice { goes_on: true, .. }))) {
                    let Value::Array(items) = at(state, path) else { unreachable!() };
                    for item in items {
                        if let Value::Moved(number) = *item {
                            *item = moved[number as usize].take().unwrap();
                        }
                    }
                    assert!(moved.iter().all(Option::is_none));
                    moved.clear();
                }
            }
        }
    }
}

fn set(container: &mut Value, key: Step, old: &Option<Value>, new: &Option<Value>, before: Option<TextId>) {
    let same = |held: &Value| assert!(held.same(old.as_ref().unwrap()), "{held:?} is not {old:?}");
    match (container, key) {
        (Value::Array(items), Step::Index(index)) => {
            same(&items[index as usize]);
            items[index as usize] = new.clone().unwrap();
        }
        (Value::Object(entries) | Value::Map(entries), Step::Name(key)) => {
            let found = entries.iter().position(|entry| entry.0 == key);
            if let Some(old) = old {
                assert!(entries[found.unwrap()].1.same(old));
            }
            match (found, new) {
                (Some(found), Some(new)) if old.is_some() => entries[found].1 = new.clone(),
                (Some(found), None) => {
                    entries.remove(found);
                    assert_eq!(entries.get(found).map(|entry| entry.0), before);
                }
                (None, Some(new)) => {
                    let place = before.map(|before| entries.iter().position(|entry| entry.0 == before).unwrap());
                    entries.insert(place.unwrap_or(entries.len()), (key, new.clone()));
                }
                _ => panic!("{key:?} is there already"),
            }
        }
        (container, key) => panic!("{key:?} of {container:?}"),
    }
}

pub(crate) fn at<'a>(state: &'a mut Value, path: &[Step]) -> &'a mut Value {
    path.iter().fold(state, |value, step| match (value, *step) {
        (Value::Array(items), Step::Index(index)) => &mut items[index as usize],
        (Value::Object(entries) | Value::Map(entries), Step::Name(key)) => {
            &mut entries.iter_mut().find(|entry| entry.0 == key).unwrap().1
        }
        (value, step) => panic!("{step:?} of {value:?}"),
    })
}

impl Dice {
    pub(crate) fn value(&mut self, depth: usize) -> Value {
        match self.roll(if depth == 0 { 5 } else { 12 }) {
            0 => Value::Undefined,
            1 => Value::Text(TextId(self.roll(KEYS as usize) as u32)),
            2..=4 => Value::Number(self.roll(3) as f64),
            5..=8 => Value::Array((0..self.roll(6)).map(|_| self.value(depth - 1)).collect()),
            kind => {
                let mut keys: Vec<_> = (0..KEYS).collect();
                let entries = (0..self.roll(KEYS as usize + 1))
                    .map(|_| (TextId(keys.remove(self.roll(keys.len()))), self.value(depth - 1)))
                    .collect();
                if kind == 9 { Value::Map(entries) } else { Value::Object(entries) }
            }
        }
    }

    /// Operations that make sense in a state: one, or all splices of an array.
    pub(crate) fn ops(&mut self, state: &mut Value) -> Program {
        let mut paths = Vec::new();
        containers(state, &mut Vec::new(), &mut paths);
        if paths.is_empty() || self.roll(60) == 0 {
            let new = self.value(3);
            return Program { ops: vec![(Vec::new(), Action::Root { old: state.clone(), new })] };
        }
        let path = paths.swap_remove(self.roll(paths.len()));
        let actions = match at(state, &path) {
            Value::Array(items) => {
                if items.is_empty() || self.roll(3) > 0 {
                    self.splices(items)
                } else {
                    let index = self.roll(items.len());
                    vec![self.replacement(Step::Index(index as u32), &items[index])]
                }
            }
            Value::Object(entries) | Value::Map(entries) => vec![self.set(entries)],
            _ => unreachable!(),
        };
        Program { ops: actions.into_iter().map(|action| (path.clone(), action)).collect() }
    }

    fn replacement(&mut self, key: Step, old: &Value) -> Action {
        let by = Some((self.roll(3) as f64) - 1.0).filter(|_| self.roll(2) == 0);
        let (new, by) = match (old, by) {
            (Value::Number(number), Some(by)) => (Value::Number(number + by), Some(by)),
            _ => (self.value(2), None),
        };
        Action::Set { key, old: Some(old.clone()), new: Some(new), before: None, by }
    }

    fn set(&mut self, entries: &[(TextId, Value)]) -> Action {
        let key = TextId(self.roll(KEYS as usize) as u32);
        let behind = |place: usize| entries.get(place).map(|entry| entry.0);
        match entries.iter().position(|entry| entry.0 == key) {
            None => {
                let before = behind(self.roll(entries.len() + 1));
                Action::Set { key: Step::Name(key), old: None, new: Some(self.value(2)), before, by: None }
            }
            Some(place) if self.roll(2) == 0 => {
                let old = Some(entries[place].1.clone());
                Action::Set { key: Step::Name(key), old, new: None, before: behind(place + 1), by: None }
            }
            Some(place) => self.replacement(Step::Name(key), &entries[place].1),
        }
    }

    fn splices(&mut self, items: &[Value]) -> Vec<Action> {
        let mut ranges = Vec::new();
        let mut from = 0;
        for _ in 0..=self.roll(3) {
            let start = from + self.roll(items.len() - from + 1);
            let end = start + self.roll((items.len() - start).min(3) + 1);
            ranges.push(start..end);
            from = end + 1;
            if from > items.len() {
                break;
            }
        }
        // Some of the items that go come back at other places.
        let mut on_the_way: Vec<_> = ranges.iter().cloned().flatten().filter(|_| self.roll(2) == 0).collect();
        let moved = on_the_way.clone();
        let (mut came, mut gone) = (0, 0);
        let mut actions = Vec::new();
        let mut names = Vec::new();
        let last = ranges.len() - 1;
        for (number, range) in ranges.into_iter().enumerate() {
            let mut inserted: Vec<_> = (0..self.roll(2)).map(|_| self.value(2)).collect();
            while !on_the_way.is_empty() && (number == last || self.roll(2) == 0) {
                let item = on_the_way.swap_remove(self.roll(on_the_way.len()));
                inserted.insert(self.roll(inserted.len() + 1), Value::Moved(item as u32));
            }
            let index = (range.start + came - gone) as u32;
            came += inserted.len();
            gone += range.len();
            let removed =
                range.map(|item| if moved.contains(&item) { Value::Moved(item as u32) } else { items[item].clone() });
            let mut sides = [removed.collect::<Vec<_>>(), inserted];
            for item in sides.iter_mut().flatten() {
                let Value::Moved(place) = *item else { continue };
                let known = names.iter().position(|name| *name == place);
                *item = Value::Moved(known.unwrap_or(names.len()) as u32);
                if known.is_none() {
                    names.push(place);
                }
            }
            let [removed, inserted] = sides;
            actions.push(Action::Splice { index, removed, inserted, goes_on: number > 0 });
        }
        actions
    }

    /// Random operations, done on the state.
    pub(crate) fn program(&mut self, state: &mut Value, len: usize) -> Program {
        let mut program = Program::default();
        for _ in 0..len {
            let more = self.ops(state);
            apply(state, &more);
            program = program.then(&more);
        }
        program
    }
}

/// The paths of all containers in a value.
fn containers(value: &Value, path: &mut Vec<Step>, paths: &mut Vec<Vec<Step>>) {
    let children: Vec<_> = match value {
        Value::Array(items) => (0..).map(Step::Index).zip(items).collect(),
        Value::Object(entries) | Value::Map(entries) => {
            entries.iter().map(|(key, value)| (Step::Name(*key), value)).collect()
        }
        _ => return,
    };
    paths.push(path.clone());
    for (step, child) in children {
        path.push(step);
        containers(child, path, paths);
        path.pop();
    }
}
