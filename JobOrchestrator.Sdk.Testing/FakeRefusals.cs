using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace JobOrchestrator.Sdk.Testing;

/// <summary>The orchestrator's refusals, by its names and statuses.</summary>
internal static class FakeRefusals
{
    /// <exception cref="JobOrchestratorException">The request says what excludes each other, or lacks what something needs.</exception>
    public static void Check(SubmitRequest request, int? index = null)
    {
        List<(string Member, string Message)> faults = [.. FaultsOf(request.Labels?.Select(Any) ?? [], LabelRules.CountMax)];
        if (request is { RunAt: not null, DelaySeconds: not null })
        {
            faults.Add(("delaySeconds", "Either runAt or delaySeconds."));
        }

        if (request is { UniqueSeconds: not null, UniqueKey: null })
        {
            faults.Add(("uniqueSeconds", "Only with a uniqueKey."));
        }

        ThrowFor(faults, index is null ? "" : $"/{index}");

        static KeyValuePair<string, string?> Any(KeyValuePair<string, string> label) => new(label.Key, label.Value);
    }

    /// <exception cref="JobOrchestratorException">One of the labels to set cannot be one.</exception>
    public static void Check(IReadOnlyDictionary<string, string?> labels) => ThrowFor([.. FaultsOf(labels, 2 * LabelRules.CountMax)], "");

    /// <summary>A job that would have more labels than it may.</summary>
    public static JobOrchestratorException TooManyLabels(Job job) => NotAllowed(
        [("labels", $"At most {LabelRules.CountMax} labels; the job has {job.Labels.Count}.")], "", job.Id);

    private static IEnumerable<(string Member, string Message)> FaultsOf(IEnumerable<KeyValuePair<string, string?>> labels, int countMax)
    {
        int taken = 0;
        foreach ((string key, string? value) in labels)
        {
            if (taken == countMax)
            {
                yield return ("labels", $"At most {countMax} labels.");
                yield break;
            }

            string place = $"labels/{key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            if (!LabelRules.IsKey(key))
            {
                yield return (
                    place,
                    $"A label's key has 1 to {LabelRules.KeyCharactersMax} letters of ASCII, digits, dots, underscores and minus signs, "
                        + "and begins with a letter or a digit.");
                continue;
            }

            taken++;
            if (value is { Length: 0 or > LabelRules.ValueCharactersMax })
            {
                yield return (place, $"1 to {LabelRules.ValueCharactersMax} characters.");
            }
            else if (value?.Any(char.IsControl) == true)
            {
                yield return (place, "No control characters.");
            }
        }
    }

    private static void ThrowFor(List<(string Member, string Message)> faults, string path)
    {
        if (faults.Count > 0)
        {
            throw NotAllowed(faults, path);
        }
    }

    private static JobOrchestratorException NotAllowed(
        List<(string Member, string Message)> faults, string path, string? jobId = null)
    {
        string errors = string.Join(
            ',', faults.Select(fault => $"{Quoted($"{path}/{fault.Member}")}:[{Quoted(fault.Message)}]"));
        using var document = JsonDocument.Parse($"{{{errors}}}");
        return Of(Problem(
            HttpStatusCode.UnprocessableEntity,
            "invalid-request",
            "The request asks for something that is not allowed.",
            faults.Count == 1 ? $"{path}/{faults[0].Member}: {faults[0].Message}" : $"{faults.Count} values are not allowed.",
            jobId)
            with
        { Errors = document.RootElement.Clone() });

        static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
    }

    /// <summary>A request that was repeated, and whose job was purged.</summary>
    public static JobOrchestratorException FirstJobGone(string first, int? index) => Of(Problem(
        HttpStatusCode.Gone,
        "job-purged",
        "The job was purged.",
        $"This request was accepted before and made job {first}, which is no longer kept.",
        first) with
    { Index = index });

    public static JobOrchestratorException KeyReused(string first, int? index) => Of(Problem(
        HttpStatusCode.UnprocessableEntity,
        "idempotency-key-reused",
        "The idempotency key came with another request before.",
        jobId: first) with
    { Index = index });

    public static DuplicateJobException Duplicate(Job holder, int? index)
    {
        JobProblem problem =
            Problem(HttpStatusCode.Conflict, "duplicate-job", "Another job has this key.", jobId: holder.Id) with { Index = index };
        return new DuplicateJobException(Message(problem), HttpStatusCode.Conflict, problem, holder.Id);
    }

    public static JobNotFoundException NotFound(string id) => new(
        id, HttpStatusCode.NotFound, Problem(HttpStatusCode.NotFound, "job-not-found", "There is no such job."));

    public static JobNotFoundException Purged(string id) => new(
        id,
        HttpStatusCode.Gone,
        Problem(HttpStatusCode.Gone, "job-purged", "The job was purged.", "The job was forgotten on request."));

    public static JobOrchestratorException Of(HttpStatusCode status, string name, string title, string? jobId = null) =>
        Of(Problem(status, name, title, jobId: jobId));

    private static JobOrchestratorException Of(JobProblem problem) => new(Message(problem), (HttpStatusCode)problem.Status!, problem);

    private static string Message(JobProblem problem) => $"The orchestrator answered {problem.Status}: {problem.Sentence}"
        + (problem.Errors is { } errors ? $" {errors.GetRawText()}" : "");

    private static JobProblem Problem(
        HttpStatusCode status, string name, string title, string? detail = null, string? jobId = null) =>
        new() { Type = $"/problems/{name}", Title = title, Detail = detail, Status = (int)status, JobId = jobId };
}
