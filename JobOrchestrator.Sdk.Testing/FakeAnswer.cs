namespace JobOrchestrator.Sdk.Testing;

/// <summary>What became of a submission.</summary>
/// <param name="Job">The job.</param>
/// <param name="IsNew">Whether it made it; else the same request came before, or another job has its key.</param>
/// <param name="IsReturned">Whether the job is another one that has its key.</param>
internal readonly record struct FakeAnswer(Job Job, bool IsNew, bool IsReturned = false)
{
    /// <summary>The orchestrator's status for it.</summary>
    public System.Net.HttpStatusCode Status => IsReturned ? System.Net.HttpStatusCode.OK : System.Net.HttpStatusCode.Accepted;
}
