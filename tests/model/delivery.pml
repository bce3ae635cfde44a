/* Sender and receiver of one stream with one lane, as docs/delivery.md has them, small enough to look at every state.
   Each side may die at any moment, the relay may come back without its cursors, messages are lost, doubled and overtake one
   another, answers of the sink are lost. How often is bounded; after that the line must drain.
   A rule that is left out (-DWITHOUT_…) must show. */

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

/* The relay's disk: 0 for a stream that it does not know. */
byte cursor = 0;

byte faults = FAULTS;

/* Two places each, so that messages can overtake. */
chan events = [2] of { byte, byte };   /* sequence, base */
chan receipts = [2] of { byte };       /* settled through */

#define fault(what) faults > 0 -> faults--; what

inline publish(sequence) {
  if
  :: events!sequence, settled + 1
  :: full(events) -> skip               /* the broker drops what it cannot hold */
  fi
}

active proctype Box() {
  byte next = 1;                        /* to publish */
  byte through;
  do
  :: captured < RECORDS -> captured++   /* one transaction, then "saved" */
  :: next <= captured && next <= settled + WINDOW -> publish(next); next++
  :: receipts?through ->
     atomic {
       if
       :: through > settled && through <= captured ->
          assert(through <= kept);      /* no row leaves before it arrived */
          settled = through;
          if :: next <= settled -> next = settled + 1 :: else fi
       :: else
       fi
     }
  /* A new connection, a new relay, or a timer that runs out early. */
  :: atomic { fault(next = settled + 1) }
  /* The process dies; the disk stays. */
  :: atomic { fault(next = settled + 1) }
  /* Nothing moves: the resend timer runs out. */
  :: timeout ->
     if
     :: settled == RECORDS -> break
#ifndef WITHOUT_TIMER
     :: else -> next = settled + 1
#endif
     fi
  od
}

active proctype Relay() {
  chan lane = [WINDOW] of { byte };     /* taken in, one send at a time */
  bool known = false;
  byte expected = 1;                    /* the next record */
  byte done = 0;                        /* settled through, in memory */
  byte sequence, base, head;
  do
  :: atomic { events?sequence, base ->
       if
#ifndef WITHOUT_BASE
       :: (!known || base > expected) && base == sequence ->
#else
       :: !known || base > expected ->
#endif
          known = true;
          done = sequence - 1;
          expected = sequence;
          do :: lane?head :: empty(lane) -> break od
       :: else
       fi;
       if
#ifndef WITHOUT_ORDER
       :: known && sequence == expected && nfull(lane) ->
#else
       :: known && sequence >= expected && nfull(lane) ->
#endif
          expected = sequence + 1;
          lane!sequence;
          /* What the box has a receipt for needs no send. */
          do
          :: nempty(lane) ->
             lane?<head>;
             if :: head < base -> lane?head; done = head :: else -> break fi
          :: empty(lane) -> break
          od
       :: known && sequence < expected && cursor > 0 -> goto say  /* the box has not heard */
       :: else
       fi
     }
  /* The sink gets the first of the lane, and keeps it in its turn. */
  :: atomic { nempty(lane) ->
       lane?<head>;
       assert(head <= kept + 1);
#ifndef WITHOUT_DOUBT
       if :: head == kept + 1 -> kept = head :: else fi;
       if
       :: lane?head; done = head
       :: fault(skip)                   /* the answer is lost: it is sent again */
       fi
#else
       if
       :: head == kept + 1 -> kept = head
       :: head <= kept
       :: fault(skip)                   /* the send is lost, and taken for done */
       fi;
       lane?head;
       done = head
#endif
     }
  /* The cursor is committed before the receipt goes out. */
  :: done != cursor && known ->
#ifndef WITHOUT_RECEIPT_FROM_STORAGE
     cursor = done;
#else
     cursor = expected - 1;             /* what it took in, not what the sink keeps */
#endif
say:
     if
     :: receipts!cursor
     :: full(receipts) -> skip
     fi
  /* The process dies, and reads its cursor. */
  :: atomic { fault(known = (cursor > 0)); done = cursor; expected = cursor + 1;
              do :: lane?head :: empty(lane) -> break od }
  /* It comes back without cursors. */
  :: atomic { fault(known = false); cursor = 0; done = 0; expected = 1;
              do :: lane?head :: empty(lane) -> break od }
  :: atomic { timeout && settled == RECORDS -> break }
  od
}

/* What the network does to messages under way. */
active proctype Network() {
  byte sequence, base, through;
  do
  :: atomic { faults > 0 && nempty(events) -> faults--; events?sequence, base }
  :: atomic { faults > 0 && nempty(receipts) -> faults--; receipts?through }
  /* Doubled, and behind what came after it. */
  :: atomic { faults > 0 && len(events) == 1 -> faults--; events?sequence, base; events!sequence, base;
              events!sequence, base }
  :: atomic { faults > 0 && full(events) -> faults--; events?sequence, base; events!sequence, base }
  :: atomic { faults > 0 && full(receipts) -> faults--; receipts?through; receipts!through }
  :: faults == 0 -> break
  od
}

ltl drains { <> (settled == RECORDS) }
