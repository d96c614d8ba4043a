using System.Text.Json;
using JobOrchestrator.Push;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Tests.Push;

/// <summary>What befalls one publish.</summary>
internal enum PublishFault
{
    None,

    /// <summary>The broker says no to all of it.</summary>
    Refused,

    /// <summary>It went out, but the answer is lost.</summary>
    AnswerLost,

    /// <summary>It did not go out, and there is no answer.</summary>
    RequestLost,
}

/// <summary>A broker that writes down the work messages it is given.</summary>
internal sealed class RecordingWorkBus : IWorkBus
{
    private readonly List<Delivered> _delivered = []; // also its own lock

    public Func<PublishFault> Fault { get; set; } = () => PublishFault.None;

    /// <summary>Messages that the broker takes from nobody.</summary>
    public Func<WorkMessage, bool> TooLarge { get; set; } = _ => false;

    /// <summary>How many publishes there were, and how many messages they had.</summary>
    public List<int> Publishes { get; } = [];

    public IReadOnlyList<Delivered> All
    {
        get
        {
            lock (_delivered)
            {
                return [.. _delivered];
            }
        }
    }

    public async Task<Published> PublishAsync(string topic, IReadOnlyList<WorkMessage> messages, CancellationToken cancellationToken)
    {
        await Task.Yield();
        PublishFault fault = Fault();
        WorkMessage[] refused = [.. messages.Where(message => TooLarge(message))];
        lock (_delivered)
        {
            Publishes.Add(messages.Count);
            if (fault is PublishFault.None or PublishFault.AnswerLost)
            {
                _delivered.AddRange(
                    messages.Except(refused).Select(message => new Delivered(topic, JsonDocument.Parse(message.CloudEvent).RootElement)));
            }
        }

        return fault switch
        {
            PublishFault.AnswerLost or PublishFault.RequestLost => throw new UnclearException("The broker did not answer."),
            PublishFault.Refused => throw new RefusedException("The broker said no."),
            _ => new Published(refused, "The broker said no."),
        };
    }
}

/// <summary>A work message as a worker finds it.</summary>
internal sealed record Delivered(string Topic, JsonElement Event)
{
    public JsonElement Data => Event.GetProperty("data");

    public string JobId => Data.GetProperty("jobId").GetString()!;

    public string Token => Data.GetProperty("leaseToken").GetString()!;

    public int Attempt => Data.GetProperty("attempt").GetInt32();
}
