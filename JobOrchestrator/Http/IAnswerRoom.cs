namespace JobOrchestrator.Http;

/// <summary>How many bytes answers may have together while they are read.</summary>
internal interface IAnswerRoom
{
    /// <summary>Takes room for an answer until its request has ended.</summary>
    /// <param name="http">The request.</param>
    /// <param name="bytes">The answer's.</param>
    /// <exception cref="ProblemException">429: there is none, and the request may come back.</exception>
    void TakeAnswer(HttpContext http, long bytes);
}
