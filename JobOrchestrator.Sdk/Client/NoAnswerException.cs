namespace JobOrchestrator.Sdk;

/// <summary>A request took too long: what became of it is not known.</summary>
/// <param name="limit">The time that it had.</param>
/// <param name="proxy">The words for its proxy; empty for none.</param>
/// <param name="innerException">What ended it.</param>
internal sealed class NoAnswerException(TimeSpan limit, string proxy, Exception innerException)
    : HttpRequestException($"No answer within {limit.TotalSeconds:0.#} s{proxy}.", innerException);
