using System.Globalization;
using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Sdk;
using JobOrchestrator.Search;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>One thing to be done to many jobs, as a form or an address says it.</summary>
/// <param name="Act">What.</param>
/// <param name="Query">To which jobs.</param>
/// <param name="Reason">Why; empty: it is not said.</param>
/// <param name="Queue">Where to, of a move.</param>
/// <param name="Labels">Of labelling: <c>key=value</c>, one a line; <c>key=</c> takes one away.</param>
/// <param name="Expect">How many were counted.</param>
public sealed record BulkAsked(BulkAct Act, string Query, string Reason, string Queue, string Labels, int Expect)
{
    /// <summary>The fields by name.</summary>
    /// <param name="act">What.</param>
    /// <param name="said">A field of the form, or a member of the address; null: it is not there.</param>
    public static BulkAsked Of(BulkAct act, Func<string, string?> said) => new(
        act,
        (said("q") ?? "").Trim(),
        (said("reason") ?? "").Trim(),
        (said("queue") ?? "").Trim(),
        (said("labels") ?? "").Trim(),
        int.TryParse(said("expect"), NumberStyles.None, CultureInfo.InvariantCulture, out int expect) ? expect : 0);

    /// <summary>The members by which an address or a form says the same.</summary>
    public IReadOnlyList<(string Name, string? Value)> Members =>
    [
        ("q", Query),
        ("reason", Reason.Length == 0 ? null : Reason),
        ("queue", Queue.Length == 0 ? null : Queue),
        ("labels", Labels.Length == 0 ? null : Labels),
        ("expect", Expect.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>The queue that is purged of all that has ended in a way: its name is to be typed. Null: it is the number.</summary>
    public string? PurgedQueue => Act.Kind == JobBulkKind.Purge && JobQuery.TryParse(Query, out JobQuery? query, out _)
        && query.Terms.All(term => term is QueryTerm.Phase or QueryTerm.Text { Field: QueryTextField.Queue, IsNegated: false })
        && query.Terms.OfType<QueryTerm.Text>().ToArray() is [{ Values: [{ Match: QueryMatch.Exact, Value: var queue }] }]
            ? queue
            : null;

    /// <summary>What is missing before it can be done; null: nothing.</summary>
    /// <param name="typed">What was typed: the number, or the queue's name.</param>
    public string? Missing(string? typed) =>
        Act.WantsReason && Reason.Length == 0 ? "Say why: whoever finds them gone will want to know."
        : Act.Kind == JobBulkKind.Move && Queue.Length == 0 ? "Say which queue they are to go to."
        : Act.Kind == JobBulkKind.Label && LabelsRead is not { Count: > 0 }
            ? "Write one label a line, as in tenant=42; tenant= takes it away."
        : !Act.WantsTyping(Expect) ? null
        : PurgedQueue is { } queue ? (typed?.Trim() == queue.Trim() ? null : $"Type the queue's name, {queue}, to go on.")
        : IsExpected(typed) ? null : $"Type {Expect.ToString(CultureInfo.InvariantCulture)} to go on.";

    /// <summary>As the API is asked for it.</summary>
    internal JobBulk Bulk(View view) => new()
    {
        Kind = Act.Kind,
        Query = JobQuery.TryParse(Query, out JobQuery? known, out _) ? known.ToString() : Query,
        TimeZone = JobsAsked.ZoneOf(view),
        Reason = Reason.Length == 0 ? null : Reason,
        Queue = Act.Kind == JobBulkKind.Move ? Queue : null,
        Labels = Act.Kind == JobBulkKind.Label ? LabelsRead : null,
    };

    /// <summary>The labels; null: a line is none.</summary>
    private Dictionary<string, string?>? LabelsRead => LabelLines.Read(Labels);

    private bool IsExpected(string? typed) => int.TryParse(
        typed?.Replace(",", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
        CultureInfo.InvariantCulture, out int number) && number == Expect;
}
