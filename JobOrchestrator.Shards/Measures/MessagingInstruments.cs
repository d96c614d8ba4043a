using System.Diagnostics.Metrics;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// The four instruments of OpenTelemetry's messaging conventions, for dashboards that know those: a queue is the destination, a submission
/// is sent, a lease receives, a report settles, and an attempt is how long a job was processed.
/// </summary>
internal sealed class MessagingInstruments
{
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    private static readonly KeyValuePair<string, object?> System = new("messaging.system", "joborchestrator");

    private readonly QueueLabels _labels;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _consumed;
    private readonly Histogram<double> _operation;
    private readonly Histogram<double> _process;

    public MessagingInstruments(Meter meter, QueueLabels labels)
    {
        _labels = labels;
        _sent = meter.CreateCounter<long>("messaging.client.sent.messages", "{message}", "Jobs that were accepted.");
        _consumed = meter.CreateCounter<long>("messaging.client.consumed.messages", "{message}", "Jobs that were handed to workers.");
        _operation = meter.CreateHistogram(
            "messaging.client.operation.duration",
            "s",
            "From when a command came into line until it was answered.",
            tags: null,
            advice: Durations);
        _process = meter.CreateHistogram(
            "messaging.process.duration", "s", "From an attempt's begin to its end.", tags: null, advice: Durations);
    }

    public void Sent(Job job) => _sent.Add(1, System, Operation("send"), Destination(job));

    public void Consumed(Job job) => _consumed.Add(1, System, Operation("receive"), Destination(job));

    public void Processed(Job job, TimeSpan ran) => _process.Record(ran.TotalSeconds, System, Operation("process"), Destination(job));

    public void Answered(Command command, TimeSpan took)
    {
        string? name = command switch
        {
            Command.Enqueue or Command.EnqueueMany => "send",
            Command.Lease => "receive",
            Command.Complete or Command.Fail or Command.Release => "settle",
            _ => null,
        };
        if (name is not null)
        {
            _operation.Record(took.TotalSeconds, System, Operation(name));
        }
    }

    private static KeyValuePair<string, object?> Operation(string name) => new("messaging.operation.name", name);

    private KeyValuePair<string, object?> Destination(Job job) => new("messaging.destination.name", _labels.Of(job.Queue));
}
