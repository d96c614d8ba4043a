using System.Globalization;

namespace JobOrchestrator.Hosting;

/// <summary>An address in the settings that is none: which, and how it is written.</summary>
internal sealed class AddressException(string message) : Exception(message);

/// <summary>
/// Looks at the addresses among the settings before anything starts: the frameworks that read them say of a wrong one that a scheme called
/// localhost is not supported, or listen somewhere else. MicroserviceX has this file too.
/// </summary>
internal static class Addresses
{
    private const int PortMax = 65_535;

    private static readonly string[] ListeningKeys = ["urls", "http_ports", "https_ports"];

    /// <summary>Checks where the service listens and where its sidecar is.</summary>
    /// <exception cref="AddressException">One is wrong.</exception>
    public static void Check(IConfiguration configuration)
    {
        foreach (string url in Parts(configuration["urls"]))
        {
            CheckListening("urls (ASPNETCORE_URLS, --urls)", url);
        }

        foreach (string key in ListeningKeys[1..])
        {
            foreach (string port in Parts(configuration[key]))
            {
                CheckPort($"{key} (ASPNETCORE_{key.ToUpperInvariant()})", port, least: 0);
            }
        }

        foreach (IConfigurationSection endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
        {
            if (endpoint["Url"] is { } url)
            {
                CheckListening($"{endpoint.Path}:Url", url);
            }
        }

        foreach (string host in Parts(configuration["AllowedHosts"]))
        {
            if (host.Contains('/', StringComparison.Ordinal) || (host.Contains(':', StringComparison.Ordinal) && host[^1] != ']'))
            {
                throw Wrong("AllowedHosts", host, "has to be a name alone, without scheme and port, as in localhost or [::1].");
            }
        }

        CheckEndpoint(configuration, "DAPR_HTTP_ENDPOINT", "3500", "http", "https");
        CheckEndpoint(configuration, "DAPR_GRPC_ENDPOINT", "50001", "http", "https", "dns", "static");
        foreach (string key in new[] { "DAPR_HTTP_PORT", "DAPR_GRPC_PORT" })
        {
            if (configuration[key] is { Length: > 0 } port)
            {
                CheckPort(key, port, least: 1);
            }
        }
    }

    /// <summary>Where the service listens first, as the settings say it; null: they do not.</summary>
    public static string? First(IConfiguration configuration) =>
        configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(static end => end["Url"]).FirstOrDefault(url => url is not null)
        ?? Parts(configuration["urls"]).FirstOrDefault()
        ?? Parts(configuration["http_ports"]).Select(port => $"http://localhost:{port}").FirstOrDefault()
        ?? Parts(configuration["https_ports"]).Select(port => $"https://localhost:{port}").FirstOrDefault();

    /// <summary>Listens there unless the settings say where, by whichever of the framework's ways.</summary>
    public static void ListenUnlessSaid(this WebApplicationBuilder builder, string address)
    {
        bool isSaid = ListeningKeys.Any(key => !string.IsNullOrEmpty(builder.Configuration[key]))
            || builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
        if (!isSaid)
        {
            builder.WebHost.UseUrls(address);
        }
    }

    /// <exception cref="AddressException">It is not as the server takes it.</exception>
    private static void CheckListening(string setting, string text)
    {
        RequireScheme(setting, text, "5087", "http", "https");
        if (text.Contains("://unix:/", StringComparison.Ordinal) || text.Contains("://pipe:/", StringComparison.Ordinal))
        {
            return;
        }

        // Not as a Uri: http://*:5087 and http://+:5087 are addresses too.
        string rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string authority = slash < 0 ? rest : rest[..slash];
        if (slash >= 0 && slash != rest.Length - 1)
        {
            throw Wrong(setting, text, $"has a path, and none can be listened on. Write {text[..^(rest.Length - slash)]}.");
        }

        int colon = authority.LastIndexOf(':');
        bool hasPort = colon > authority.LastIndexOf(']');
        string host = hasPort ? authority[..colon] : authority;
        if (host.Length == 0)
        {
            throw Wrong(setting, text, "names no host. Write it as in http://localhost:5087.");
        }

        if (host.Contains(':', StringComparison.Ordinal) && host[0] != '[')
        {
            throw Wrong(setting, text, "has a host with colons; such a one stands in brackets, as in http://[::1]:5087.");
        }

        // The server would take the whole for a name, and listen on every address of the machine.
        if (hasPort && !IsPort(authority[(colon + 1)..], least: 0))
        {
            throw Wrong(setting, text, $"ends in a port that is no number from 0 to {PortMax}.");
        }
    }

    /// <exception cref="AddressException">The endpoint is there, and is no address.</exception>
    private static void CheckEndpoint(IConfiguration configuration, string key, string port, params string[] schemes)
    {
        if (configuration[key] is { Length: > 0 } text)
        {
            RequireScheme(key, text, port, schemes);
            if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || (uri.Host.Length == 0 && uri.Scheme is "http" or "https"))
            {
                throw Wrong(key, text, $"is no address, or its port is over {PortMax}. Write it as in http://localhost:{port}.");
            }
        }
    }

    private static void RequireScheme(string setting, string text, string port, params string[] schemes)
    {
        int end = text.IndexOf("://", StringComparison.Ordinal);
        if (end < 0)
        {
            bool isSchemeAlone = schemes.Any(scheme => text.StartsWith(scheme + ":", StringComparison.OrdinalIgnoreCase));
            string rest = text.Trim('/');
            bool isHost = !isSchemeAlone && rest.Length > 0 && Uri.TryCreate($"http://{rest}", UriKind.Absolute, out _)
                && rest.Any(c => c is '.' or ':' || char.IsAsciiLetter(c));
            string meant = isHost ? rest : $"localhost:{port}";
            throw Wrong(setting, text, $"does not begin with http:// or https://. Write http://{meant}.");
        }

        if (!schemes.Contains(text[..end], StringComparer.OrdinalIgnoreCase))
        {
            throw Wrong(setting, text, $"begins with {text[..end]}://; it has to be http:// or https://.");
        }
    }

    /// <exception cref="AddressException">It is no port.</exception>
    private static void CheckPort(string setting, string text, int least)
    {
        if (!IsPort(text, least))
        {
            throw Wrong(setting, text, $"is no number from {least} to {PortMax}.");
        }
    }

    private static bool IsPort(string text, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port >= least && port <= PortMax;

    private static string[] Parts(string? list) =>
        (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static AddressException Wrong(string setting, string text, string what) => new($"{setting}: '{text}' {what}");
}
