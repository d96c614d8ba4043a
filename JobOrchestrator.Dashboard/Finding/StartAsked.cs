using System.Globalization;
using System.Text.Json;
using JobOrchestrator.Dashboard.Words;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>The job that a form describes, each field as it stands there; empty: nothing is said.</summary>
/// <param name="Type">Which processor works it.</param>
/// <param name="Queue">Where it waits.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Input">What it is given: JSON.</param>
/// <param name="ExternalId">The caller's own id.</param>
/// <param name="RunAt">Not before: an instant, or a length from now.</param>
/// <param name="Priority">Higher first.</param>
/// <param name="Retries">Attempts after the first, or <see cref="Unlimited"/>.</param>
/// <param name="Labels">One a line.</param>
internal sealed record StartAsked(
    string Type, string Queue, string Owner, string Input, string ExternalId, string RunAt, string Priority, string Retries, string Labels)
{
    /// <summary>The word for retries without end.</summary>
    public const string Unlimited = "unlimited";

    /// <summary>The fields by name.</summary>
    /// <param name="said">A field; null: it is not there.</param>
    public static StartAsked Of(Func<string, string?> said)
    {
        return new StartAsked(
            Field("type"), Field("queue"), Field("owner"), said("input") ?? "", Field("externalId"), Field("runAt"), Field("priority"),
            Field("maxRetries"), Field("labels"));
        string Field(string name) => (said(name) ?? "").Trim();
    }

    /// <summary>Retries as the field has them.</summary>
    public static string RetriesOf(Job job) => job.MaxRetries?.ToString(CultureInfo.InvariantCulture) ?? Unlimited;

    /// <summary>Reads the input.</summary>
    /// <param name="input">It; null where it is empty.</param>
    /// <param name="fault">What is wrong with it, with line and column.</param>
    public bool TryInput(out JsonElement input, out string? fault)
    {
        (input, fault) = (default, null);
        try
        {
            using var document = JsonDocument.Parse(HasInput ? Input : "null");
            input = document.RootElement.Clone();
            return true;
        }
        catch (JsonException wrong)
        {
            fault = $"This is no JSON: line {(wrong.LineNumber ?? 0) + 1}, column {(wrong.BytePositionInLine ?? 0) + 1}.";
            return false;
        }
    }

    /// <summary>Something is given to it.</summary>
    public bool HasInput => !string.IsNullOrWhiteSpace(Input);

    /// <summary>What is wrong with a field other than the input; null: nothing.</summary>
    /// <param name="now">From when lengths count.</param>
    public string? Fault(DateTimeOffset now) =>
        !Whens.TryRead(RunAt, now, out _)
            ? "\"Not before\" is neither an instant with its zone (2026-12-31T06:00Z) nor a length from now (90 min)."
        : Priority.Length > 0 && !TryNumber(Priority, out _) ? "\"Priority\" is no whole number."
        : Retries.Length > 0 && !IsUnlimited && !(TryNumber(Retries, out int retries) && retries >= 0)
            ? $"\"Retries\" is a number from 0 on, or {Unlimited}."
        : LabelLines.Read(Labels) is null ? "Write one label a line, as in tenant=42."
        : null;

    /// <summary>As the SDK is asked for it, where nothing is wrong.</summary>
    /// <inheritdoc cref="Fault"/>
    public JobOptions Options(DateTimeOffset now) => new()
    {
        Type = Type,
        Queue = Said(Queue),
        Owner = Said(Owner),
        ExternalId = Said(ExternalId),
        RunAt = Whens.TryRead(RunAt, now, out DateTimeOffset? at) ? at : null,
        Priority = TryNumber(Priority, out int priority) ? priority : 0,
        MaxRetries = IsUnlimited ? JobTypeAttribute.Endless : TryNumber(Retries, out int retries) ? retries : null,
        Labels = LabelLines.Read(Labels)?.Where(label => label.Value is not null).ToDictionary(label => label.Key, label => label.Value!)
            is { Count: > 0 } labels ? labels : null,
    };

    private bool IsUnlimited => Retries.Equals(Unlimited, StringComparison.OrdinalIgnoreCase);

    private static string? Said(string text) => text.Length == 0 ? null : text;

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
