/** Every conformance check, for any test runner and any copy of the package. */
import { defineBadInput } from './badInput.ts';
import type { DeltaSubject } from './deltaSubject.ts';
import { defineDeltas } from './deltas.ts';
import { defineHistoryCounts } from './historyCounts.ts';
import { defineLifecycle } from './lifecycle.ts';
import { defineOperations } from './operations.ts';
import { definePrototypes } from './prototypes.ts';
import { defineReactivityCounts } from './reactivityCounts.ts';
import { defineRealData } from './realData.ts';
import { defineSlices, type SlicedSubject } from './slices.ts';
import type { Harness, Platform, Subject } from './subject.ts';
import { defineSubscriptions } from './subscriptions.ts';
import type { TransferSubject } from './transferSubject.ts';
import { defineTransfers } from './transfers.ts';
import { defineValues } from './values.ts';
import { defineViews } from './views.ts';
import { defineWorkCounts } from './workCounts.ts';

/** Registers all checks of the package with a harness. */
export function defineConformance(subject: Subject, harness: Harness, platform: Platform): void {
  defineOperations(subject, harness);
  defineValues(subject, harness);
  defineBadInput(subject, harness);
  definePrototypes(subject, harness);
  defineViews(subject, harness);
  defineSubscriptions(subject, harness, platform);
  defineLifecycle(subject, harness);
  defineWorkCounts(subject, harness);
  defineReactivityCounts(subject, harness, platform);
  defineDeltas(subject as DeltaSubject, harness);
  defineHistoryCounts(subject as DeltaSubject, harness);
  defineSlices(subject as SlicedSubject, harness);
  defineRealData(subject, harness, platform);
  defineTransfers(subject as TransferSubject, harness, platform);
}
