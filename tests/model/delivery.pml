/* Sender and receiver of one stream with one lane, as docs/delivery.md has them, small enough to look at every state.
   Each side may die at any moment, the relay may come back without its cursors, messages are lost, doubled and overtake one
   another, answers of the sink are lost. How often is bounded; after that the line must drain.
   A rule that is left out (-DWITHOUT_…) must show.

   With -DTRACE the same transitions follow the steps of the real code instead, as the simulator has noted them: each visible
   transition is possible only when the next step of the trace says so. The trace is accepted when some way through the model
   reaches its end. The network is the simulator's then: it may do anything but invent. */

#ifndef RECORDS
#define RECORDS 3
#endif
#ifndef WINDOW
#define WINDOW 2
#endif
#ifndef FAULTS
#define FAULTS 3
#endif

/* The sink keeps a record once; `kept` is the last one. */
byte kept = 0;

/* The box's disk. */
byte captured = 0;
byte settled = 0;

/* The relay's disk. */
bool stored = false;                   /* it knows the stream */
byte cursor = 0;

/* On their way to the sink. */
chan sends = [4] of { byte };

#ifdef TRACE

mtype = { none, capture, answer, publish, hear_record, send, keep, accepted, in_doubt, commit, receipt, hear_receipt,
          settle, box_dies, relay_dies, relay_forgets, end };

/* The next step of the trace; MILLRACE_TRACE names its file: three bytes for each. */
mtype step = none;
byte one, two;
short at = 0;
c_decl {
\#include <stdlib.h>
  static unsigned char trace_[12288];
  static int trace_length_ = -1;
  static void read_trace_(void) {
    FILE* file = fopen(getenv("MILLRACE_TRACE"), "rb");
    trace_length_ = (int)fread(trace_, 3, sizeof(trace_) / 3, file);
    fclose(file);
  }
}
inline next_step() {
  c_code {
    if (trace_length_ < 0) read_trace_();
    if (now.at < trace_length_) {
      now.step = trace_[3 * now.at];
      now.one = trace_[3 * now.at + 1];
      now.two = trace_[3 * now.at + 2];
      ++now.at;
    }
  }
}

short published[RECORDS + 1];          /* with which bases; a bit for each */
short told = 0;                        /* receipts; a bit for each */
byte answers = 0;

#define is(action, first, second) (step == action && one == (first) && two == (second))
#define may_fail true
#define failed skip
#define in_trace true
#define put_record(sequence, base) published[sequence] = published[sequence] | (1 << (base))
#define can_hear_record (step == hear_record && ((published[one] >> two) & 1))
#define get_record(sequence, base) sequence = one; base = two
#define put_receipt(through) told = told | (1 << (through))
#define can_hear_receipt (step == hear_receipt && ((told >> one) & 1))
#define get_receipt(through) through = one
#define first_of(lane) (step == send && lane?[eval(one)])
#define any_send (step == keep && sends??[eval(one)] && one <= kept + 1)
#define get_send(sequence) sends??eval(one); sequence = one

active proctype Reader() {
  atomic { next_step() }
  (step == end) -> assert(false)       /* accepted */
}

#else

byte faults = FAULTS;

/* Two places each, so that messages can overtake. */
chan events = [2] of { byte, byte };   /* sequence, base */
chan receipts = [2] of { byte };       /* settled through */

#define is(action, first, second) true
#define next_step() skip
#define may_fail (faults > 0)
#define failed faults--
#define in_trace false
/* The broker drops what it cannot hold. */
#define put_record(sequence, base) if :: events!sequence, base :: full(events) -> skip fi
#define can_hear_record nempty(events)
#define get_record(sequence, base) events?sequence, base
#define put_receipt(through) if :: receipts!through :: full(receipts) -> skip fi
#define can_hear_receipt nempty(receipts)
#define get_receipt(through) receipts?through
#define first_of(lane) nempty(lane)
#define any_send nempty(sends)
#define get_send(sequence) sends?sequence

#endif

active proctype Box() {
  byte next = 1;                        /* to publish */
  byte base = 1;                        /* the first one without a receipt, as the process knows */
  byte heard = 0;                       /* the newest receipt that is not committed yet */
  byte committing = 0;
  byte through;
  do
  /* One transaction, then "saved". */
  :: atomic { captured < RECORDS && is(capture, captured + 1, 0) -> next_step(); captured++ }
#ifdef TRACE
  :: atomic { answers < captured && is(answer, 0, 0) -> next_step(); answers++ }
#endif
  :: atomic { next <= captured && next < base + WINDOW && is(publish, next, base) ->
       next_step();
       put_record(next, base);
       next++
     }
  :: atomic { can_hear_receipt ->
       get_receipt(through);
       next_step();
       if
       :: through > heard && through > committing && through > settled && through <= captured -> heard = through
       :: else
       fi
     }
  :: atomic { committing == 0 && heard > 0 -> committing = heard; heard = 0 }
  :: atomic { committing > settled && is(settle, committing, 0) ->
       next_step();
       assert(committing <= kept);      /* no row leaves before it arrived */
       settled = committing
     }
  :: atomic { committing > 0 && committing == settled ->
       committing = 0;
       base = settled + 1;
       if :: next < base -> next = base :: else fi
     }
  /* A new connection, a new relay, a request to send again, or a timer that runs out early. */
  :: atomic { next > base && may_fail -> failed; if :: next-- :: next = base fi }
  /* The process dies; the disk stays. */
  :: atomic { may_fail && is(box_dies, 0, 0) ->
       next_step();
       failed;
       base = settled + 1;
       next = base;
       heard = 0;
       committing = 0
     }
#ifndef TRACE
  /* Nothing moves: the resend timer runs out. */
  :: timeout ->
     if
     :: settled == RECORDS -> break
#ifndef WITHOUT_TIMER
     :: else -> next = base
#endif
     fi
#endif
  od
}

/* All below `base` has a receipt at the box and needs no send. */
inline base_is(base) {
  do
  :: nempty(lane) ->
     lane?<head>;
     if :: head < base -> lane?head; done = head :: else -> break fi
  :: empty(lane) -> break
  od
}

/* The first of the lane, unless that has become another one meanwhile. */
inline settle_sent() {
  if
  :: nempty(lane) ->
     lane?<head>;
     if :: head == sent -> lane?head; done = head :: else fi
  :: empty(lane)
  fi;
  head = 0
}

inline forget_memory() {
  do :: lane?head :: empty(lane) -> break od;
  head = 1;
  do :: head <= RECORDS -> ahead[head] = 0; head++ :: else -> break od;
  head = 0;
  known = stored;
  done = cursor;
  expected = cursor + 1;
  reporting = false;
  sent = 0;
  say = stored
}

active proctype Relay() {
  chan lane = [RECORDS] of { byte };    /* taken in, in order, not yet settled */
  byte ahead[RECORDS + 1];              /* behind a gap: their bases; 0 for none */
  bool known = false;
  byte expected = 1;                    /* the next record */
  byte done = 0;                        /* settled through, in memory */
  bool reporting = false;
  byte reported;                        /* the cursor that is being committed */
  bool say = false;                     /* a receipt is due */
  byte sent = 0;                        /* the one send without an answer */
  byte sequence, base, head;
  do
  :: atomic { can_hear_record ->
       get_record(sequence, base);
       next_step();
       if
#ifndef WITHOUT_BASE
       :: (!known || base > expected) && base == sequence ->
#else
       :: !known || base > expected ->
#endif
          known = true;
          done = sequence - 1;
          expected = sequence;
          do :: lane?head :: empty(lane) -> break od;
          head = 1;
          do :: head < sequence -> ahead[head] = 0; head++ :: else -> break od
       :: else
       fi;
       if
#ifndef WITHOUT_ORDER
       :: known && sequence == expected && nfull(lane) ->
#else
       :: known && sequence >= expected && nfull(lane) ->
          expected = sequence;
#endif
          do
          :: ahead[sequence] = 0;
             expected = sequence + 1;
             lane!sequence;
             base_is(base);
             if
             :: expected <= RECORDS && ahead[expected] > 0 -> sequence = expected; base = ahead[expected]
             :: else -> break
             fi
          od
       :: known && sequence < expected -> base_is(base); say = stored   /* the box has not heard */
       :: else -> ahead[sequence] = base
       fi;
       sequence = 0;
       base = 0;
       head = 0
     }
  /* The first of the lane goes to the sink, and no other before its answer. */
  :: atomic { sent == 0 && first_of(lane) && nfull(sends) ->
       next_step();
       lane?<sent>;
       sends!sent;
       head = 0
     }
  :: atomic { sent > 0 && sent <= kept && is(accepted, 0, 0) ->
       next_step();
       settle_sent();
       sent = 0
     }
  /* The answer is lost, or the message: it is sent again. */
  :: atomic { sent > 0 && (may_fail || (sent > kept && empty(sends))) && is(in_doubt, 0, 0) ->
       next_step();
       if :: may_fail -> failed :: else fi;
#ifdef WITHOUT_DOUBT
       settle_sent();
#endif
       sent = 0
     }
  /* The cursor is committed before the receipt goes out. */
  :: atomic { known && !reporting && (done != cursor || !stored || in_trace) ->
       reporting = true;
#ifndef WITHOUT_RECEIPT_FROM_STORAGE
       reported = done
#else
       reported = expected - 1          /* what it took in, not what the sink keeps */
#endif
     }
  :: atomic { reporting && is(commit, reported, 0) ->
       next_step();
       cursor = reported;
       stored = true;
       say = true;
       reporting = false;
       reported = 0
     }
  :: atomic { stored && (say || in_trace) && is(receipt, cursor, 0) ->
       next_step();
       put_receipt(cursor);
       say = false
     }
  /* The process dies, and reads its cursor. */
  :: atomic { may_fail && is(relay_dies, 0, 0) -> next_step(); failed; forget_memory() }
  /* It comes back without cursors. */
  :: atomic { may_fail && is(relay_forgets, 0, 0) ->
       next_step();
       failed;
       stored = false;
       cursor = 0;
       forget_memory()
     }
#ifndef TRACE
  :: atomic { timeout && settled == RECORDS -> break }
#endif
  od
}

active proctype Sink() {
  byte sequence;
  do
  :: atomic { any_send ->
       get_send(sequence);
       next_step();
       assert(sequence <= kept + 1);    /* in order */
       if :: sequence == kept + 1 -> kept = sequence :: else fi;
       sequence = 0
     }
#ifndef TRACE
  :: atomic { timeout && settled == RECORDS -> break }
#endif
  od
}

#ifndef TRACE
/* What the network does to messages under way. */
active proctype Network() {
  byte sequence, base, through;
  do
  :: atomic { faults > 0 && nempty(events) -> faults--; events?sequence, base }
  :: atomic { faults > 0 && nempty(receipts) -> faults--; receipts?through }
  :: atomic { faults > 0 && nempty(sends) -> faults--; sends?sequence }
  /* Doubled, and behind what came after it. */
  :: atomic { faults > 0 && len(events) == 1 -> faults--; events?sequence, base; events!sequence, base;
              events!sequence, base }
  :: atomic { faults > 0 && full(events) -> faults--; events?sequence, base; events!sequence, base }
  :: atomic { faults > 0 && full(receipts) -> faults--; receipts?through; receipts!through }
  :: faults == 0 -> break
  od
}

ltl drains { <> (settled == RECORDS) }
#endif
