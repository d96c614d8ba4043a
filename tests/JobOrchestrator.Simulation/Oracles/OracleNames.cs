namespace JobOrchestrator.Simulation.Oracles;

/// <summary>The oracles by name, as a mutation's head and a report name them.</summary>
internal static class OracleNames
{
    /// <summary>Heads, commits and documents only go forward, and a commit is all or nothing.</summary>
    public const string Chain = "chain";

    /// <summary>I1: whatever is accepted can be found again.</summary>
    public const string Lost = "lost";

    /// <summary>I1, I9: what callers are told of their changes is what the ledger says.</summary>
    public const string Answers = "answers";

    /// <summary>I9: nobody reads what is older than what was known before he asked.</summary>
    public const string Reads = "reads";

    /// <summary>Whoever looks for jobs is shown those that he means, each once, and no others.</summary>
    public const string Searches = "searches";

    /// <summary>The service's own counts add up.</summary>
    public const string Accounts = "accounts";

    /// <summary>I2, I5: a job's versions follow the picture.</summary>
    public const string Transitions = "transitions";

    /// <summary>I3, I4: one lease in force, and only its token changes a job.</summary>
    public const string Tokens = "tokens";

    /// <summary>I7: a key has one job.</summary>
    public const string Keys = "keys";

    /// <summary>I8: the first in line is handed out first.</summary>
    public const string Turns = "turns";

    /// <summary>I8: nobody waits for ever, nor is turned away without need.</summary>
    public const string Waits = "waits";

    /// <summary>No lease ends, and no attempt is spent, by the fault of the service.</summary>
    public const string Leases = "leases";

    /// <summary>The SDK's worker keeps its leases, and reports what became of its attempts.</summary>
    public const string Beats = "beats";

    /// <summary>I6: each change has its event, in its commit and at the broker.</summary>
    public const string Events = "events";

    /// <summary>I6: the feed is what commits have said, in order and without a hole, or 410.</summary>
    public const string Feed = "feed";

    /// <summary>A shard stays with whoever serves it, and in the calm somebody does.</summary>
    public const string Serving = "serving";

    /// <summary>I6: an owner's handlers hear of each of its events, once but for what it forgot.</summary>
    public const string Hears = "hears";

    /// <summary>I8: whoever follows a job is told of its end in good time, and nothing that is not so.</summary>
    public const string Watch = "watch";

    /// <summary>Nothing goes before its time.</summary>
    public const string Early = "early";

    /// <summary>No loop ends, nobody is answered 500.</summary>
    public const string Loops = "loops";

    /// <summary>Once all is calm, everything has come to its end.</summary>
    public const string Calm = "calm";

    /// <summary>I10: documents, bytes and memory are bounded.</summary>
    public const string Bounds = "bounds";

    /// <summary>What is kept of what happened counts nothing that did not, and nothing twice.</summary>
    public const string Hours = "hours";

    /// <summary>Nobody works without end and without purpose.</summary>
    public const string Spin = "spin";
}
