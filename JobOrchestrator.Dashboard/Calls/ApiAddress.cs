using System.Net;
using JobOrchestrator.Dashboard.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Dashboard.Calls;

/// <summary>Where the pages ask the API: as set, else this very process at an address of its own.</summary>
internal sealed class ApiAddress(IOptions<UiOptions> options, IServer server)
{
    private Uri? _found;

    /// <summary>The address; null: the process listens nowhere that it could reach itself by.</summary>
    public Uri? Find() => _found ??= options.Value.ApiUrl is { Length: > 0 } said
        ? new Uri(said)
        : Own(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);

    /// <summary>Of the addresses that a server listens on, the one to reach it by from within: plain HTTP first.</summary>
    /// <param name="addresses">Such as <c>http://[::]:8080</c> and <c>https://localhost:8443</c>.</param>
    internal static Uri? Own(IEnumerable<string> addresses)
    {
        BindingAddress[] bound = [.. addresses.Select(BindingAddress.Parse).Where(address => !address.IsUnixPipe && !address.IsNamedPipe)];
        return bound.OrderBy(address => address.Scheme == "http" ? 0 : 1).Select(Reachable).FirstOrDefault();
    }

    private static Uri Reachable(BindingAddress address)
    {
        bool isOne = IPAddress.TryParse(address.Host.Trim('[', ']'), out IPAddress? ip)
            && !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any);
        string host = isOne ? address.Host : ip?.Equals(IPAddress.Any) == true ? "127.0.0.1" : "localhost";
        return new Uri($"{address.Scheme}://{host}:{address.Port}");
    }
}
