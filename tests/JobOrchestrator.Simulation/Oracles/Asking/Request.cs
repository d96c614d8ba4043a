namespace JobOrchestrator.Simulation.Oracles;

/// <summary>Something that was asked, and what became of it.</summary>
internal sealed class Request(Call call, long order, long step, DateTimeOffset at)
{
    public Call Call { get; } = call;

    /// <summary>Its place among all that was asked and answered.</summary>
    public long Order { get; } = order;

    public long SentStep { get; } = step;

    public DateTimeOffset SentAt { get; } = at;

    /// <summary>Null: there is none yet.</summary>
    public Answer? Answer { get; private set; }

    public long AnsweredStep { get; private set; } = long.MaxValue;

    public DateTimeOffset? AnsweredAt { get; private set; }

    /// <summary>When a service that could take it had it in its hands; null: nobody has said.</summary>
    public DateTimeOffset? ArrivedAt { get; set; }

    /// <summary>The process that had it in its hands then, and believed to hold the shard; null: nobody has said.</summary>
    public string? ArrivedIn { get; set; }

    /// <summary>The service has given its answer, whether or not that has come through.</summary>
    public bool IsServed { get; set; }

    /// <summary>It may still be done: there is no answer, or one that leaves it open.</summary>
    public bool IsOpen => Answer is null || Answer.LeavesOpen;

    /// <summary>Whether it is known to be with another process than this one, which cannot know of it.</summary>
    public bool IsElsewhere(string lane) => ArrivedIn is { } there && there != lane;

    public void End(Answer answer, long step, DateTimeOffset at) => (Answer, AnsweredStep, AnsweredAt) = (answer, step, at);

    public override string ToString() => $"{Call.Verb} of {Call.Lane} at {SentAt:HH:mm:ss.fff}";
}
