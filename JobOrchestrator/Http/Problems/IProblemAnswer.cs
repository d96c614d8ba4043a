namespace JobOrchestrator.Http;

/// <summary>Endpoint metadata: this endpoint's callers know problems in another form than problem+json.</summary>
internal interface IProblemAnswer
{
    /// <summary>Answers with a problem in that form.</summary>
    Task SendAsync(HttpContext http, Problem problem);
}
