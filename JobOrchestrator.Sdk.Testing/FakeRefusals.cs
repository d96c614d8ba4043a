using System.Net;
using System.Text.Json;

namespace JobOrchestrator.Sdk.Testing;

/// <summary>The orchestrator's refusals, by its names and statuses.</summary>
internal static class FakeRefusals
{
    /// <exception cref="JobOrchestratorException">The request says what excludes each other, or lacks what something needs.</exception>
    public static void Check(SubmitRequest request, int? index = null)
    {
        List<(string Member, string Message)> faults = [];
        if (request is { RunAt: not null, DelaySeconds: not null })
        {
            faults.Add(("delaySeconds", "Either runAt or delaySeconds."));
        }

        if (request is { UniqueSeconds: not null, UniqueKey: null })
        {
            faults.Add(("uniqueSeconds", "Only with a uniqueKey."));
        }

        if (faults.Count == 0)
        {
            return;
        }

        string errors = string.Join(',', faults.Select(fault => $"\"{Pointer(fault.Member)}\":[\"{fault.Message}\"]"));
        using var document = JsonDocument.Parse($"{{{errors}}}");
        throw Of(Problem(
            HttpStatusCode.UnprocessableEntity,
            "invalid-request",
            "The request asks for something that is not allowed.",
            faults.Count == 1 ? $"{Pointer(faults[0].Member)}: {faults[0].Message}" : $"{faults.Count} values are not allowed.")
            with
        { Errors = document.RootElement.Clone() });

        string Pointer(string member) => index is null ? $"/{member}" : $"/{index}/{member}";
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
