//! Histories against stacks of vectors.

use super::*;
use proptest::prelude::*;

/// An entry of the model: foreign without an info.
type Known = (Vec<u8>, Option<StepInfo>);

#[derive(Clone, Debug)]
enum Action {
    Push(Size),
    Amend(Size),
    Foreign(Size),
    Compose(Way),
    Travel { way: Way, steps: usize, rest: Option<Size> },
    GiveUp { way: Way, steps: usize },
    Limits(Limits),
    Clear,
}

#[derive(Clone, Copy, Debug)]
struct Size {
    bytes: usize,
    is_noise: bool,
}

#[derive(Default)]
struct Model {
    done: Vec<Known>,
    undone: Vec<Known>,
}

impl Model {
    fn stack(&mut self, way: Way) -> &mut Vec<Known> {
        if way == Way::Undo { &mut self.done } else { &mut self.undone }
    }

    fn len(&self) -> usize {
        own(&self.done) + own(&self.undone)
    }

    fn drop_oldest(&mut self) {
        let stack = if self.done.is_empty() { &mut self.undone } else { &mut self.done };
        let group = stack.iter().skip(1).position(|entry| entry.1.is_some());
        stack.drain(..group.map_or(stack.len(), |group| group + 1));
    }

    /// More than a history without spare room occupies.
    fn bytes(&self) -> usize {
        let entries = self.done.iter().chain(&self.undone);
        entries.map(|entry| entry.0.len() * 5 / 4 + ENTRY_BYTES).sum::<usize>() + 1_000
    }
}

fn own(stack: &[Known]) -> usize {
    stack.iter().filter(|entry| entry.1.is_some()).count()
}

/// The groups from the top: own record, info, foreign records.
fn groups(stack: &[Known]) -> Vec<(Vec<u8>, StepInfo, Vec<Vec<u8>>)> {
    let mut groups: Vec<(Vec<u8>, StepInfo, Vec<Vec<u8>>)> = Vec::new();
    for (record, info) in stack {
        match info {
            Some(info) => groups.push((record.clone(), *info, Vec::new())),
            None => groups.last_mut().unwrap().2.push(record.clone()),
        }
    }
    groups.reverse();
    groups
}

fn record(size: Size, number: usize) -> Vec<u8> {
    let mut seed = number as u32;
    let noise = |_| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8
    };
    if size.is_noise { (0..size.bytes).map(noise).collect() } else { vec![number as u8; size.bytes] }
}

fn info(number: usize) -> StepInfo {
    StepInfo { at_ms: number as f64, label: number as u32 ^ 5, changes: number as u32 }
}

fn size() -> impl Strategy<Value = Size> {
    let bytes = prop_oneof![10 => 0usize..100, 3 => 100usize..2_000, 1 => 2_000usize..40_000];
    (bytes, any::<bool>()).prop_map(|(bytes, is_noise)| Size { bytes, is_noise })
}

fn way() -> impl Strategy<Value = Way> {
    prop_oneof![Just(Way::Undo), Just(Way::Redo)]
}

fn limits() -> impl Strategy<Value = Limits> {
    let bytes_max = prop_oneof![0usize..5_000, 5_000usize..100_000, Just(usize::MAX)];
    let steps_max = prop_oneof![0usize..20, Just(usize::MAX)];
    (steps_max, bytes_max).prop_map(|(steps_max, bytes_max)| Limits { steps_max, bytes_max })
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        40 => size().prop_map(Action::Push),
        6 => size().prop_map(Action::Amend),
        12 => size().prop_map(Action::Foreign),
        3 => way().prop_map(Action::Compose),
        15 => (way(), 0usize..12, prop::option::of(size()))
            .prop_map(|(way, steps, rest)| Action::Travel { way, steps, rest }),
        3 => (way(), 0usize..12).prop_map(|(way, steps)| Action::GiveUp { way, steps }),
        1 => limits().prop_map(Action::Limits),
        1 => Just(Action::Clear),
    ]
}

fn perform(history: &mut History, model: &mut Model, action: &Action, number: usize) -> Result<()> {
    match *action {
        Action::Push(size) => {
            let record = record(size, number);
            history.push(&record, info(number))?;
            model.undone.clear();
            model.done.push((record, Some(info(number))));
        }
        Action::Amend(size) => {
            let record = record(size, number);
            history.amend(&record, info(number))?;
            history.enforce();
            model.undone.clear();
            model.done.pop_if(|top| top.1.is_some());
            model.done.push((record, Some(info(number))));
        }
        Action::Foreign(size) => {
            let record = record(size, number);
            history.push_foreign(&record)?;
            for stack in [&mut model.done, &mut model.undone] {
                if !stack.is_empty() {
                    stack.push((record.clone(), None));
                }
            }
        }
        Action::Compose(way) => {
            let composed = history.foreign(way).next().unwrap_or(b"nothing").to_vec();
            history.replace_foreign(way, &composed)?;
            let stack = model.stack(way);
            if !stack.is_empty() {
                while stack.pop_if(|top| top.1.is_none()).is_some() {}
                stack.push((composed, None));
            }
        }
        Action::Travel { way, steps, rest } => {
            travel(history, model, way, steps, rest.map(|rest| record(rest, number)))?
        }
        Action::GiveUp { way, steps } => {
            let mut walk = history.walk(way);
            for _ in 0..steps {
                history.step(&mut walk)?;
            }
        }
        Action::Limits(limits) => history.set_limits(limits),
        Action::Clear => {
            history.clear();
            *model = Model::default();
            assert_eq!(history.bytes(), 0);
        }
    }
    Ok(())
}

fn travel(history: &mut History, model: &mut Model, way: Way, steps: usize, rest: Option<Vec<u8>>) -> Result<()> {
    let mut walk = history.walk(way);
    let mut turned = Turned::default();
    let mut passed = Vec::new();
    for _ in 0..steps {
        if let Some(turn) = history.step(&mut walk)? {
            let mut other = turn.record.to_vec();
            other.reverse();
            other.push(1);
            turned.push(&other, turn.info)?;
            passed.push((other, Some(turn.info)));
        }
    }
    history.finish(walk, &turned, rest.as_deref())?;
    let from = model.stack(way);
    for _ in 0..passed.len() {
        while from.pop_if(|top| top.1.is_none()).is_some() {}
        from.pop();
    }
    if let Some(rest) = rest
        && !from.is_empty()
    {
        from.push((rest, None));
    }
    model.stack(if way == Way::Undo { Way::Redo } else { Way::Undo }).append(&mut passed);
    Ok(())
}

/// Whether an action drops steps where the limits ask for it.
const fn is_limited(action: &Action) -> bool {
    matches!(action, Action::Push(_) | Action::Amend(_) | Action::Foreign(_) | Action::Limits(_))
}

/// The history holds the model but for the oldest steps, which may have gone
/// where the limits ask for it.
fn check(history: &History, model: &mut Model, is_limited: bool) {
    let limits = history.limits;
    if is_limited {
        assert!(history.bytes() <= limits.bytes_max, "{} bytes of {}", history.bytes(), limits.bytes_max);
    }
    while model.len() > limits.steps_max {
        model.drop_oldest();
    }
    if model.len() > history.len() {
        assert!(model.bytes() > limits.bytes_kept(), "{} bytes need not go", model.bytes());
    }
    while model.len() > history.len() {
        model.drop_oldest();
    }
    assert_eq!((history.len(), history.position()), (model.len(), own(&model.done)));
    for way in [Way::Undo, Way::Redo] {
        let expected = groups(model.stack(way));
        let mut walk = history.walk(way);
        for (record, info, foreign) in &expected {
            let turn = history.step(&mut walk).unwrap().unwrap();
            assert_eq!((turn.record, turn.info), (&record[..], *info));
            assert_eq!(turn.foreign.len(), foreign.len());
            assert_eq!(turn.foreign.bytes(), foreign.iter().map(Vec::len).sum::<usize>());
            assert!(turn.foreign.eq(foreign));
        }
        assert!(history.step(&mut walk).unwrap().is_none());
        let top = expected.first().map_or(&[][..], |group| &group.2);
        assert!(history.foreign(way).eq(top));
    }
    let top = model.done.last().and_then(|top| Some((&top.0[..], top.1?)));
    assert_eq!(history.top_record(), top);
    let steps = model.done.iter().chain(model.undone.iter().rev());
    let steps = steps.filter_map(|entry| Some((entry.1?, entry.0.len() as u32)));
    assert!(history.steps().eq(steps));
}

proptest! {
    #[test]
    fn programs_do_as_on_vectors(limits in limits(), actions in prop::collection::vec(action(), 0..150)) {
        let mut history = History::new(limits);
        let mut model = Model::default();
        for (number, action) in actions.iter().enumerate() {
            let before = history.len();
            perform(&mut history, &mut model, action, number).unwrap();
            if matches!(action, Action::Travel { .. }) {
                assert_eq!(history.len(), before);
            }
            check(&history, &mut model, is_limited(action));
        }
    }

    /// So small and so many that most of what is walked through is in blocks.
    #[test]
    fn walks_go_through_blocks(
        bytes_max in 8_000usize..30_000,
        sizes in prop::collection::vec(0usize..120, 100..400),
        walks in prop::collection::vec((way(), 0usize..300, any::<bool>()), 1..6),
    ) {
        let mut history = History::new(Limits { steps_max: usize::MAX, bytes_max });
        let mut model = Model::default();
        for (number, bytes) in sizes.iter().enumerate() {
            let size = Size { bytes: *bytes, is_noise: number % 5 == 0 };
            let action = if number % 7 == 3 { Action::Foreign(size) } else { Action::Push(size) };
            perform(&mut history, &mut model, &action, number).unwrap();
        }
        check(&history, &mut model, true);
        for (way, steps, has_rest) in walks {
            let rest = has_rest.then_some(Size { bytes: 30, is_noise: false });
            let before = history.len();
            perform(&mut history, &mut model, &Action::Travel { way, steps, rest }, 999).unwrap();
            prop_assert_eq!(history.len(), before);
            check(&history, &mut model, false);
        }
    }
}

const WIDE: Limits = Limits { steps_max: usize::MAX, bytes_max: 1 << 20 };

fn filled(limits: Limits, steps: usize, record: impl Fn(usize) -> Vec<u8>) -> History {
    let mut history = History::new(limits);
    for number in 0..steps {
        history.push(&record(number), info(number)).unwrap();
    }
    history
}

/// A record of 45 bytes, most of which differ from step to step.
fn noise_of_45(number: usize) -> Vec<u8> {
    record(Size { bytes: 45, is_noise: true }, number)
}

#[test]
fn a_thousand_small_steps_are_small() {
    let noise = filled(WIDE, 1_000, noise_of_45);
    assert_eq!(noise.len(), 1_000);
    assert!(noise.bytes() < 75_000, "{} bytes", noise.bytes());
    let alike = filled(WIDE, 1_000, |number| vec![number as u8; 45]);
    assert!(alike.bytes() < 60_000, "{} bytes", alike.bytes());
}

#[test]
fn spare_room_stays_small() {
    for steps in 10..3_000 {
        let history = filled(WIDE, steps, noise_of_45);
        let (used, bytes) = (history.done.used_bytes(), history.bytes());
        assert!(bytes <= used * 9 / 8 + 1_000, "{bytes} bytes for {used}");
    }
}

#[test]
fn repetitive_steps_are_kept_in_less() {
    let history = filled(WIDE, 20_000, |number| vec![number as u8; 200]);
    assert_eq!(history.len(), 20_000);
    assert!(history.bytes() < 900_000, "{} bytes of {}", history.bytes(), 20_000 * (200 + ENTRY_BYTES));
}

#[test]
fn moving_along_a_full_history_drops_nothing() {
    let limits = Limits { bytes_max: 100_000, ..WIDE };
    let mut history = filled(limits, 5_000, noise_of_45);
    let mut model = Model::default();
    let before = history.len();
    while history.position() > 0 {
        travel(&mut history, &mut model, Way::Undo, 1, None).unwrap();
        assert!(history.bytes() <= limits.bytes_max * 5 / 4, "{} bytes", history.bytes());
    }
    travel(&mut history, &mut model, Way::Redo, before, None).unwrap();
    assert_eq!((history.len(), history.position()), (before, before));
    history.push(b"next", info(0)).unwrap();
    assert!(history.bytes() <= limits.bytes_max);
}

#[test]
fn the_number_of_steps_is_exact() {
    let limits = Limits { steps_max: 1_000, ..WIDE };
    let history = filled(limits, 5_000, noise_of_45);
    assert_eq!((history.len(), history.position()), (1_000, 1_000));
    assert!(history.steps().map(|step| step.0).eq((4_000..5_000).map(info)));
}

#[test]
fn a_step_beyond_the_budget_takes_all_along() {
    let mut history = filled(WIDE, 10, noise_of_45);
    history.push(&vec![0; WIDE.bytes_max], info(10)).unwrap();
    assert_eq!((history.len(), history.bytes()), (0, 0));
}

#[test]
fn a_walk_ends_when_the_history_changes() {
    let mut history = filled(WIDE, 3, noise_of_45);
    let mut walk = history.walk(Way::Undo);
    assert!(history.step(&mut walk).unwrap().is_some());
    history.amend(b"other", info(2)).unwrap();
    assert_eq!(history.step(&mut walk).map(|_| ()), Err(Error::Stale));
    assert_eq!(history.finish(walk, &Turned::default(), None), Err(Error::Stale));
    assert_eq!(history.len(), 3);
}
