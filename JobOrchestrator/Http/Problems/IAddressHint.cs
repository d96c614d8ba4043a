namespace JobOrchestrator.Http;

/// <summary>Knows more about an address at which nothing answers.</summary>
internal interface IAddressHint
{
    /// <summary>A sentence for whoever asked there; null: nothing to say.</summary>
    string? Of(HttpRequest request);
}
