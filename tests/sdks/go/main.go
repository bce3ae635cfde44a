// What every language's SDK is shown to do here, by Microsoft's SDK for Go, unmodified.
//
// Reads MILLRACE_SDK_CONNECTION, a connection string for the plain port, and MILLRACE_SDK_TLS_CONNECTION, one for where
// the SDK insists on TLS; SSL_CERT_FILE names whose certificates to trust. Prints one line `ok NAME` for each check
// that holds.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus/admin"
)

const (
	wait  = 15 * time.Second
	empty = time.Second
)

// A check gives up by panicking with what is not so.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func done(err error) {
	if err != nil {
		panic(err)
	}
}

func equal[T any](got, wanted T) {
	if !reflect.DeepEqual(got, wanted) {
		panic(fmt.Sprintf("got %v, wanted %v", got, wanted))
	}
}

type bench struct {
	ctx    context.Context
	client *azservicebus.Client
	admin  *admin.Client
	name   string // the queue or topic that is the check's own
}

type receiver interface {
	ReceiveMessages(context.Context, int, *azservicebus.ReceiveMessagesOptions) ([]*azservicebus.ReceivedMessage, error)
}

func text(body string) *azservicebus.Message { return &azservicebus.Message{Body: []byte(body)} }

func bodies(messages []*azservicebus.ReceivedMessage) []string {
	var all []string
	for _, message := range messages {
		all = append(all, string(message.Body))
	}
	return all
}

func numbers(count int) []string {
	var all []string
	for number := range count {
		all = append(all, fmt.Sprint(number))
	}
	return all
}

func (b bench) queue(properties *admin.QueueProperties) {
	must(b.admin.CreateQueue(b.ctx, b.name, &admin.CreateQueueOptions{Properties: properties}))
}

func (b bench) send(messages ...*azservicebus.Message) {
	sender := must(b.client.NewSender(b.name, nil))
	defer sender.Close(b.ctx)
	for _, message := range messages {
		done(sender.SendMessage(b.ctx, message, nil))
	}
}

func (b bench) receiver(options *azservicebus.ReceiverOptions) *azservicebus.Receiver {
	return must(b.client.NewReceiverForQueue(b.name, options))
}

// So many messages, in the order of their arrival.
func (b bench) take(from receiver, count int) []*azservicebus.ReceivedMessage {
	ctx, cancel := context.WithTimeout(b.ctx, wait)
	defer cancel()
	var taken []*azservicebus.ReceivedMessage
	for len(taken) < count {
		taken = append(taken, must(from.ReceiveMessages(ctx, count-len(taken), nil))...)
	}
	return taken
}

func (b bench) isEmpty(from receiver) {
	ctx, cancel := context.WithTimeout(b.ctx, empty)
	defer cancel()
	messages, err := from.ReceiveMessages(ctx, 1, nil)
	if !errors.Is(err, context.DeadlineExceeded) {
		panic(fmt.Sprintf("it holds %v (%v)", bodies(messages), err))
	}
}

func administration(b bench) {
	b.queue(&admin.QueueProperties{MaxDeliveryCount: to.Ptr[int32](3), LockDuration: to.Ptr("PT30S")})
	queue := must(b.admin.GetQueue(b.ctx, b.name, nil))
	equal(*queue.MaxDeliveryCount, 3)
	equal(*queue.LockDuration, "PT30S")
	listed := func() bool {
		var names []string
		for pager := b.admin.NewListQueuesPager(nil); pager.More(); {
			for _, one := range must(pager.NextPage(b.ctx)).Queues {
				names = append(names, one.QueueName)
			}
		}
		return slices.Contains(names, b.name)
	}
	equal(listed(), true)
	queue.QueueProperties.MaxDeliveryCount = to.Ptr[int32](5)
	must(b.admin.UpdateQueue(b.ctx, b.name, queue.QueueProperties, nil))
	equal(*must(b.admin.GetQueue(b.ctx, b.name, nil)).MaxDeliveryCount, 5)
	b.send(text("one"))
	equal(must(b.admin.GetQueueRuntimeProperties(b.ctx, b.name, nil)).ActiveMessageCount, 1)
	must(b.admin.DeleteQueue(b.ctx, b.name, nil))
	equal(listed(), false)
}

func send(b bench) {
	b.queue(nil)
	properties := map[string]any{"operator": "op-7", "score": int64(93), "passed": true, "share": 0.25}
	b.send(&azservicebus.Message{
		Body:                  []byte("Zeugnis ✓"),
		MessageID:             to.Ptr("m-1"),
		CorrelationID:         to.Ptr("c-1"),
		Subject:               to.Ptr("certificate"),
		ContentType:           to.Ptr("text/plain"),
		TimeToLive:            to.Ptr(5 * time.Minute),
		ApplicationProperties: properties,
	})
	from := b.receiver(&azservicebus.ReceiverOptions{ReceiveMode: azservicebus.ReceiveModeReceiveAndDelete})
	got := b.take(from, 1)[0]
	equal(string(got.Body), "Zeugnis ✓")
	equal([]string{got.MessageID, *got.CorrelationID, *got.Subject, *got.ContentType},
		[]string{"m-1", "c-1", "certificate", "text/plain"})
	equal(*got.TimeToLive, 5*time.Minute)
	equal(got.ApplicationProperties, properties)
	equal(got.DeliveryCount, 1) // this SDK counts the present delivery too
}

func batch(b bench) {
	b.queue(nil)
	sender := must(b.client.NewSender(b.name, nil))
	all := must(sender.NewMessageBatch(b.ctx, nil))
	for number := range 100 {
		done(all.AddMessage(text(fmt.Sprint(number)), nil))
	}
	done(sender.SendMessageBatch(b.ctx, all, nil))
	from := b.receiver(nil)
	got := b.take(from, 100)
	equal(bodies(got), numbers(100))
	for _, one := range got {
		done(from.CompleteMessage(b.ctx, one, nil))
	}
}

func complete(b bench) {
	b.queue(nil)
	b.send(text("one"))
	from := b.receiver(nil)
	got := b.take(from, 1)[0]
	done(from.RenewMessageLock(b.ctx, got, nil))
	done(from.CompleteMessage(b.ctx, got, nil))
	b.isEmpty(from)
	equal(must(b.admin.GetQueueRuntimeProperties(b.ctx, b.name, nil)).TotalMessageCount, 0)
}

func abandon(b bench) {
	b.queue(nil)
	b.send(text("one"))
	from := b.receiver(nil)
	got := b.take(from, 1)[0]
	done(from.AbandonMessage(b.ctx, got, nil))
	again := b.take(from, 1)[0]
	equal(again.DeliveryCount, got.DeliveryCount+1)
	done(from.CompleteMessage(b.ctx, again, nil))
}

func deferring(b bench) {
	b.queue(nil)
	b.send(text("one"), text("two"))
	from := b.receiver(nil)
	got := b.take(from, 2)
	done(from.DeferMessage(b.ctx, got[0], nil))
	done(from.CompleteMessage(b.ctx, got[1], nil))
	b.isEmpty(from)
	deferred := must(from.ReceiveDeferredMessages(b.ctx, []int64{*got[0].SequenceNumber}, nil))
	equal(bodies(deferred), []string{"one"})
	done(from.CompleteMessage(b.ctx, deferred[0], nil))
}

func deadLetter(b bench) {
	b.queue(nil)
	b.send(text("one"))
	from := b.receiver(nil)
	done(from.DeadLetterMessage(b.ctx, b.take(from, 1)[0],
		&azservicebus.DeadLetterOptions{Reason: to.Ptr("schema"), ErrorDescription: to.Ptr("no operator")}))
	dead := b.receiver(&azservicebus.ReceiverOptions{SubQueue: azservicebus.SubQueueDeadLetter})
	got := b.take(dead, 1)[0]
	equal([]string{*got.DeadLetterReason, *got.DeadLetterErrorDescription}, []string{"schema", "no operator"})
	done(dead.CompleteMessage(b.ctx, got, nil))
}

func sessions(b bench) {
	b.queue(&admin.QueueProperties{RequiresSession: to.Ptr(true)})
	var all []*azservicebus.Message
	for number := range 60 {
		message := text(fmt.Sprint(number / 3))
		message.SessionID = to.Ptr(fmt.Sprintf("op-%d", number%3))
		all = append(all, message)
	}
	b.send(all...)
	for range 3 {
		session := must(b.client.AcceptNextSessionForQueue(b.ctx, b.name, nil))
		got := b.take(session, 20)
		equal(bodies(got), numbers(20))
		for _, one := range got {
			equal(*one.SessionID, session.SessionID())
		}
		done(session.SetSessionState(b.ctx, []byte("here"), nil))
		equal(must(session.GetSessionState(b.ctx, nil)), []byte("here"))
		done(session.RenewSessionLock(b.ctx, nil))
		for _, one := range got {
			done(session.CompleteMessage(b.ctx, one, nil))
		}
		done(session.Close(b.ctx))
	}
	named := must(b.client.AcceptSessionForQueue(b.ctx, b.name, "op-1", nil))
	equal(must(named.GetSessionState(b.ctx, nil)), []byte("here"))
	done(named.Close(b.ctx))
}

func schedule(b bench) {
	b.queue(nil)
	sender := must(b.client.NewSender(b.name, nil))
	due := time.Now().Add(3 * time.Second)
	numbers := must(sender.ScheduleMessages(b.ctx, []*azservicebus.Message{text("kept"), text("dropped")}, due, nil))
	done(sender.CancelScheduledMessages(b.ctx, numbers[1:], nil))
	from := b.receiver(nil)
	got := b.take(from, 1)[0]
	equal(time.Now().Before(due.Truncate(time.Millisecond)), false)
	equal(string(got.Body), "kept")
	done(from.CompleteMessage(b.ctx, got, nil))
	b.isEmpty(from)
}

func peek(b bench) {
	b.queue(nil)
	b.send(text("one"), text("two"))
	from := b.receiver(nil)
	for range 2 {
		seen := must(from.PeekMessages(b.ctx, 5, &azservicebus.PeekMessagesOptions{FromSequenceNumber: to.Ptr[int64](1)}))
		equal(bodies(seen), []string{"one", "two"})
	}
	for _, one := range b.take(from, 2) {
		equal(one.DeliveryCount, 1)
	}
}

func rules(b bench) {
	must(b.admin.CreateTopic(b.ctx, b.name, nil))
	for subscription, filter := range map[string]admin.RuleFilter{
		"high":    &admin.SQLFilter{Expression: "score >= 80 AND passed = TRUE"},
		"presses": &admin.CorrelationFilter{Subject: to.Ptr("press"), ApplicationProperties: map[string]any{"line": "4"}},
	} {
		must(b.admin.CreateSubscription(b.ctx, b.name, subscription, nil))
		must(b.admin.DeleteRule(b.ctx, b.name, subscription, "$Default", nil))
		must(b.admin.CreateRule(b.ctx, b.name, subscription,
			&admin.CreateRuleOptions{Name: to.Ptr("wanted"), Filter: filter}))
	}
	for _, one := range []struct {
		body, subject string
		properties    map[string]any
	}{
		{"a", "press", map[string]any{"score": int64(93), "passed": true, "line": "4"}},
		{"b", "press", map[string]any{"score": int64(12), "passed": false, "line": "4"}},
		{"c", "oven", map[string]any{"score": int64(85), "passed": true, "line": "4"}},
		{"d", "press", map[string]any{"passed": true}},
	} {
		message := text(one.body)
		message.Subject = to.Ptr(one.subject)
		message.ApplicationProperties = one.properties
		b.send(message)
	}
	for subscription, wanted := range map[string][]string{"high": {"a", "c"}, "presses": {"a", "b"}} {
		from := must(b.client.NewReceiverForSubscription(b.name, subscription,
			&azservicebus.ReceiverOptions{ReceiveMode: azservicebus.ReceiveModeReceiveAndDelete}))
		equal(bodies(b.take(from, 2)), wanted)
		b.isEmpty(from)
	}
}

func holds(check func(bench), b bench) (err error) {
	defer func() {
		if why := recover(); why != nil {
			err = fmt.Errorf("%v", why)
		}
	}()
	check(b)
	return nil
}

func main() {
	b := bench{
		ctx:    context.Background(),
		client: must(azservicebus.NewClientFromConnectionString(os.Getenv("MILLRACE_SDK_CONNECTION"), nil)),
		admin:  must(admin.NewClientFromConnectionString(os.Getenv("MILLRACE_SDK_TLS_CONNECTION"), nil)),
	}
	failed := false
	for _, one := range []struct {
		name  string
		check func(bench)
	}{
		{"administration", administration}, {"send", send}, {"batch", batch}, {"complete", complete},
		{"abandon", abandon}, {"defer", deferring}, {"dead-letter", deadLetter}, {"sessions", sessions},
		{"schedule", schedule}, {"peek", peek}, {"rules", rules},
	} {
		b.name = "go-" + one.name
		if err := holds(one.check, b); err != nil {
			failed = true
			fmt.Printf("FAILED %s: %v\n", one.name, err)
		} else {
			fmt.Printf("ok %s\n", one.name)
		}
	}
	if failed {
		os.Exit(1)
	}
}
