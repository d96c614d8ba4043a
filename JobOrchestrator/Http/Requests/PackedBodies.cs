namespace JobOrchestrator.Http;

/// <summary>Has bodies unpacked that came compressed; a coding that is not taken is named by 415. Comes behind the API keys.</summary>
internal sealed class PackedBodies(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http) => PackedBody.TryUnpack(http, out string? refused)
        ? next(http)
        : Problems.SendAsync(http, new Problem(ProblemType.UnsupportedContentEncoding, refused!));
}
