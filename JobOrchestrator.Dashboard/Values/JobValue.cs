using System.Text;
using System.Text.Json;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Values;

/// <summary>One of a job's values.</summary>
/// <param name="Name">As it is called in addresses and in the job's document.</param>
/// <param name="Title">As people call it.</param>
/// <param name="Json">The value, as it was written.</param>
internal sealed record JobValue(string Name, string Title, string Json)
{
    /// <summary>What they are called in addresses.</summary>
    public static IReadOnlyList<string> Names { get; } = ["input", "state", "result", "error"];

    /// <summary>How large it is.</summary>
    public int Bytes => Encoding.UTF8.GetByteCount(Json);

    /// <summary>Those that a job has.</summary>
    public static IEnumerable<JobValue> Of(Job job)
    {
        (string Name, string Title, JsonElement? Value)[] all =
        [
            ("input", "Input", job.Input),
            ("state", "State", job.State),
            ("result", "Result", job.Result),
            ("error", "Error's detail", job.Error?.Detail),
        ];
        return from value in all
               where value.Value is { ValueKind: not JsonValueKind.Undefined }
               select new JobValue(value.Name, value.Title, value.Value!.Value.GetRawText());
    }
}
