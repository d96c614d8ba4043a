using Microsoft.AspNetCore.Http;

namespace JobOrchestrator.Dashboard.Acts;

/// <summary>How a change goes on in the browser.</summary>
internal abstract record ChangeEnd
{
    private ChangeEnd()
    {
    }

    /// <summary>Done: its result is at this address, relative to the base of addresses.</summary>
    public sealed record Done(string To) : ChangeEnd;

    /// <summary>Not done: the form comes back with what is wrong.</summary>
    /// <param name="Page">The form's page.</param>
    /// <param name="Status">The HTTP status.</param>
    public sealed record Again(Type Page, int Status = StatusCodes.Status422UnprocessableEntity) : ChangeEnd;
}
