using Microsoft.AspNetCore.Http;

namespace JobOrchestrator.Dashboard.Serving;

/// <summary>
/// The request that a scope of the pages is for. The framework's accessor tells every request, those of the API too, to whoever asks, and
/// makes a context anew for each of them to be able to.
/// </summary>
internal sealed class Exchange
{
    /// <summary>The request; null: none is being answered.</summary>
    public HttpContext? Http { get; set; }
}
