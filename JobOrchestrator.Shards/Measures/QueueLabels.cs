using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Queues and types as labels. OpenTelemetry keeps 2,000 lines of an instrument and gives up all labels of what is beyond: so there are at
/// most 100 queues by name, and 140 pairs of queue and type beside one <c>other</c> a queue, with seven outcomes each.
/// </summary>
/// <param name="namesMax">How many queues, and how many types, have their names.</param>
internal sealed class QueueLabels(int namesMax)
{
    /// <summary>
    /// Stands for all further names. One that is really called so is counted with them: no label is free of that, for any text may be a
    /// name.
    /// </summary>
    public const string Other = "other";

    private const int PairsMax = 140;

    private readonly LabelNames<string> _queues = new(namesMax);
    private readonly LabelNames<string> _types = new(namesMax);
    private readonly LabelNames<(string Queue, string Type)> _pairs = new(PairsMax);

    /// <summary>The labels of a job.</summary>
    public (KeyValuePair<string, object?> Queue, KeyValuePair<string, object?> Type) Of(Job job)
    {
        string queue = _queues.Has(job.Queue) ? job.Queue : Other;
        string type = _types.Has(job.Type) && _pairs.Has((queue, job.Type)) ? job.Type : Other;
        return (Queue(queue), new KeyValuePair<string, object?>("type", type));
    }

    /// <summary>A queue's label where it is only looked at: names are given to those in which something happens.</summary>
    public string Seen(string queue) => _queues.Knows(queue) ? queue : Other;

    /// <summary>A queue's label where something happens.</summary>
    public string Of(string queue) => _queues.Has(queue) ? queue : Other;

    private static KeyValuePair<string, object?> Queue(string label) => new("queue", label);
}
