namespace JobOrchestrator.Sdk;

/// <summary>Who calls, and what that caller may see and do.</summary>
public sealed record JobCaller
{
    /// <summary>Stands for every queue in <see cref="Queues"/> and <see cref="SubmitQueues"/>.</summary>
    public const string AnyQueue = "*";

    /// <summary>The key's name, or the person's in a token; null: the service asks for no key.</summary>
    public string? Name { get; init; }

    /// <summary>May see and do everything.</summary>
    public required bool Admin { get; init; }

    /// <summary>The owner whose jobs it sees and submits; null: it is bound to none.</summary>
    public string? Owner { get; init; }

    /// <summary>The queues that it sees, and works and operates as far as it may; <see cref="AnyQueue"/>: all.</summary>
    public required IReadOnlyList<string> Queues { get; init; }

    /// <summary>The queues that it submits into; <see cref="AnyQueue"/>: all.</summary>
    public required IReadOnlyList<string> SubmitQueues { get; init; }

    /// <summary>
    /// What it may do with what it sees: <c>Read</c>, <c>Submit</c>, <c>Work</c>, <c>Operate</c>, <c>ReadPayload</c>; there may be more.
    /// Empty: it sees nothing.
    /// </summary>
    public required IReadOnlyList<string> Permissions { get; init; }

    /// <summary>The highest priority that it gives to a job; null: any.</summary>
    public int? PriorityMax { get; init; }

    /// <summary>When what it sends is no longer taken (UTC); null: that has no end.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>What it came with: <c>key</c>, <c>ticket</c> or <c>token</c>; <c>none</c>: the service asks for nothing.</summary>
    public required string By { get; init; }

    /// <summary>Whether it may do that with a queue's jobs, whosever they are.</summary>
    /// <param name="permission">One of <see cref="Permissions"/>.</param>
    /// <param name="queue">The queue.</param>
    public bool May(string permission, string queue) =>
        Admin || (Permissions.Contains(permission, StringComparer.Ordinal)
            && (Queues.Contains(queue, StringComparer.Ordinal) || Queues.Contains(AnyQueue, StringComparer.Ordinal)));
}
