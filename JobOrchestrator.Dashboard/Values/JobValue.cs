using System.Text;
using System.Text.Json;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Values;

/// <summary>One of a job's values.</summary>
/// <param name="Name">As it is called in addresses and in the job's document.</param>
/// <param name="Title">As people call it.</param>
/// <param name="Json">The value, as it was written; null: whoever looks may not read it.</param>
/// <param name="Bytes">How large it is.</param>
internal sealed record JobValue(string Name, string Title, string? Json, int Bytes)
{
    /// <summary>What they are called in addresses.</summary>
    public static IReadOnlyList<string> Names { get; } = ["input", "state", "result", "error"];

    /// <summary>Those that a job has.</summary>
    public static IEnumerable<JobValue> Of(Job job)
    {
        (string Name, string Title, JsonElement? Value, int? Unread)[] all =
        [
            ("input", "Input", job.Input, job.InputBytes),
            ("state", "State", job.State, job.StateBytes),
            ("result", "Result", job.Result, job.ResultBytes),
            ("error", "Error's detail", job.Error?.Detail, job.Error?.DetailBytes),
        ];
        foreach ((string name, string title, JsonElement? value, int? unread) in all)
        {
            if (value is { ValueKind: not JsonValueKind.Undefined } json)
            {
                string text = json.GetRawText();
                yield return new JobValue(name, title, text, Encoding.UTF8.GetByteCount(text));
            }
            else if (unread is { } bytes)
            {
                yield return new JobValue(name, title, null, bytes);
            }
        }
    }
}
