using LocalSidecar.Resources;

namespace LocalSidecar.PubSub;

/// <summary>Gives messages to an app and says what became of them; each way to reach an app is one of these.</summary>
internal interface IReceiver
{
    /// <summary>What does not answer here is left to others: other instances of the app, or other streams.</summary>
    bool HasOthers { get; }

    /// <summary>Gives one message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="path">Where the subscription's rules send it.</param>
    /// <param name="timeout">How long an answer may take; null for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Delivered> SendAsync(Message message, string path, TimeSpan? timeout, CancellationToken cancellationToken);

    /// <summary>Gives several messages at once.</summary>
    /// <returns>One for each message, in their order.</returns>
    Task<Delivered[]> SendBatchAsync(IReadOnlyList<Message> messages, string path, TimeSpan? timeout, CancellationToken cancellationToken);
}

/// <summary>What an app's answer means for a message.</summary>
internal enum DeliveryOutcome
{
    /// <summary>Dealt with.</summary>
    Done = 1,

    /// <summary>Not wanted: to the dead-letter topic if there is one, else gone.</summary>
    Dropped,

    /// <summary>Nobody there knows what to do with it, now or ever: gone, and not even the dead-letter topic gets it.</summary>
    Ignored,

    /// <summary>To be tried again.</summary>
    Failed,

    /// <summary>Nobody answered, or not in time: to be tried again.</summary>
    Unanswered,
}

/// <summary>What became of a message that was given to an app.</summary>
/// <param name="Outcome">What that means for it.</param>
/// <param name="Said">What was answered, for the log; empty for nothing.</param>
internal readonly record struct Delivered(DeliveryOutcome Outcome, string Said)
{
    public static readonly Delivered Unanswered = new(DeliveryOutcome.Unanswered, "");

    /// <summary>Of an app called over HTTP that answered; else null.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>Of an app called over gRPC that answered; else null.</summary>
    public int? GrpcCode { get; init; }

    /// <summary>Whether a policy has such a failure tried again; one without an answer always is.</summary>
    public bool IsCoveredBy(RetryPolicy policy) =>
        (HttpStatus is not { } status || policy.CoversStatus(status)) && (GrpcCode is not { } code || policy.CoversCode(code));
}
