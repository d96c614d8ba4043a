using System.Buffers;

namespace JobOrchestrator.Sdk;

/// <summary>A name that stands in the path of a request.</summary>
internal static class PathSegment
{
    // Dapr's service invocation decodes a path before it passes it on: up to 1.18 a slash then parts one name into two, and the request
    // reaches another resource; 1.19 refuses such a path, as earlier ones do with the other four.
    private static readonly SearchValues<char> LostOnTheWay = SearchValues.Create("/\\#?%");

    /// <summary>The name, escaped.</summary>
    /// <param name="name">A queue or a job's id.</param>
    /// <param name="throughSidecar">The request passes a sidecar's service invocation.</param>
    /// <exception cref="ArgumentException">The name cannot stand in a path, or not in one that passes a sidecar.</exception>
    public static string Of(string name, bool throughSidecar)
    {
        if (name is "." or "..")
        {
            throw new ArgumentException($"\"{name}\" cannot be named in an address.", nameof(name));
        }

        _ = WholeText.Require(name, nameof(name));
        if (throughSidecar && (name.AsSpan().ContainsAny(LostOnTheWay) || name.Any(char.IsControl)))
        {
            throw new ArgumentException(
                $"\"{name}\" does not pass Dapr's service invocation, which takes no / \\ # ? % and no control characters in a name. "
                + "Set Jobs:Client:Address and leave ThroughSidecar off, or use another name.",
                nameof(name));
        }

        return Uri.EscapeDataString(name);
    }
}
