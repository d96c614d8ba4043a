using JobOrchestrator.Dashboard.Serving;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>What a list says of each job, beside its state, its type and its id.</summary>
internal static class JobColumns
{
    /// <summary>The member of an address that names them, with commas.</summary>
    public const string Member = "cols";

    public const string Labels = "labels";
    public const string Queue = "queue";
    public const string Age = "age";
    public const string Finished = "finished";
    public const string Waited = "waited";
    public const string Ran = "ran";
    public const string Tries = "tries";
    public const string Priority = "priority";
    public const string Worker = "worker";
    public const string Says = "says";
    public const string Owner = "owner";

    private const string NoneOfThem = "none";

    /// <summary>All of them, in the order they stand in.</summary>
    public static IReadOnlyList<(string Name, string Title)> All { get; } =
    [
        (Labels, "Labels"),
        (Queue, "Queue"),
        (Age, "Age"),
        (Finished, "Ended"),
        (Waited, "Waited"),
        (Ran, "Ran"),
        (Tries, "Tries"),
        (Priority, "Priority"),
        (Worker, "Worker"),
        (Says, "Progress or error"),
        (Owner, "Owner"),
    ];

    /// <summary>Those that are shown where nobody has chosen any.</summary>
    public static IReadOnlySet<string> Usual { get; } =
        new HashSet<string>([Labels, Queue, Age, Waited, Ran, Tries, Says, Owner], StringComparer.Ordinal);

    /// <summary>Those of a list whose queue is said above it.</summary>
    public static IReadOnlySet<string> OfOneQueue { get; } = Usual.Except([Queue]).ToHashSet(StringComparer.Ordinal);

    /// <summary>What the address may say.</summary>
    public static IReadOnlyList<string> Choices { get; } = [.. All.Select(column => column.Name), NoneOfThem];

    /// <summary>Those that the address names; the usual ones where it names none that there is.</summary>
    public static IReadOnlySet<string> Of(View view)
    {
        string[] said = [.. (view.Query(Member) ?? "").Split(',').Intersect(Choices, StringComparer.Ordinal)];
        return said.Length > 0 ? said.Except([NoneOfThem]).ToHashSet(StringComparer.Ordinal) : Usual;
    }

    /// <summary>As an address says it; null: the usual ones, of which it says nothing.</summary>
    public static string? Written(IEnumerable<string> columns)
    {
        var chosen = columns.ToHashSet(StringComparer.Ordinal);
        string[] known = [.. All.Select(column => column.Name).Where(chosen.Contains)];
        return Usual.SetEquals(known) ? null : known.Length == 0 ? NoneOfThem : string.Join(',', known);
    }
}
