using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace JobOrchestrator.Tests.Strangers;

/// <summary>An authority of the test's own, on loopback: it says what it is and has keys, and signs what the test wants.</summary>
internal sealed class Authority : IAsyncDisposable
{
    public const string Audience = "jobs";

    private readonly WebApplication _app;
    private RSA _key = RSA.Create(2048);
    private string _keyId = "first";
    private int _asked;

    private Authority(WebApplication app) => _app = app;

    /// <summary>Where it is, which is its issuer too.</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>How often it was asked what it is.</summary>
    public int Asked => _asked;

    /// <summary>It answers nothing of use.</summary>
    public bool IsAway { get; set; }

    /// <summary>What it says of itself in place of the truth; null: the truth.</summary>
    public Func<HttpContext, Task>? Lie { get; set; }

    /// <summary>What it says of its keys in place of the truth; null: the truth.</summary>
    public string? KeysLie { get; set; }

    /// <summary>The public half of its key as PEM, which everybody may know.</summary>
    public string PublicKey => _key.ExportSubjectPublicKeyInfoPem();

    public static async Task<Authority> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        var authority = new Authority(app);
        app.MapGet("/.well-known/openid-configuration", authority.SayAsync);
        app.MapGet("/keys", http => http.Response.WriteAsync(authority.KeysLie ?? authority.Keys()));
        await app.StartAsync();
        return authority;
    }

    /// <summary>Settings of a service that takes its tokens, with those besides.</summary>
    public Dictionary<string, string?> Settings(params (string Name, string Value)[] besides)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Api:Jwt:Authority"] = Address,
            ["Api:Jwt:Audience"] = Audience,
            ["Api:Jwt:RequireHttpsMetadata"] = "false",
        };
        foreach ((string name, string value) in besides)
        {
            settings[name] = value;
        }

        return settings;
    }

    /// <summary>Signs by a new key from now on, and no longer knows the old one.</summary>
    public void Rotate(string keyId)
    {
        _key.Dispose();
        (_key, _keyId) = (RSA.Create(2048), keyId);
    }

    /// <summary>A token that is good for ten minutes.</summary>
    /// <param name="now">From when on.</param>
    /// <param name="claims">What it says besides, or instead, as the members of an object.</param>
    /// <param name="head">What its head says instead.</param>
    public string Token(DateTimeOffset now, string claims = "", string head = "") => Signed(
        Merged($$"""{"alg":"RS256","typ":"JWT","kid":"{{_keyId}}"}""", head),
        Merged(
            $$"""
            {"iss":"{{Address}}","aud":"{{Audience}}","sub":"u-1","preferred_username":"anna","roles":["Read"],
            "nbf":{{now.ToUnixTimeSeconds()}},"exp":{{now.AddMinutes(10).ToUnixTimeSeconds()}}}
            """,
            claims));

    /// <summary>Any head and any middle, as they are, signed by its key.</summary>
    public string Signed(string head, string payload)
    {
        string said = $"{Encode(Encoding.UTF8.GetBytes(head))}.{Encode(Encoding.UTF8.GetBytes(payload))}";
        return $"{said}.{Encode(_key.SignData(Encoding.UTF8.GetBytes(said), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    /// <summary>Bytes as they stand in a token.</summary>
    public static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>A key as it stands among the others of an authority.</summary>
    public static string KeyOf(RSA key, string keyId)
    {
        RSAParameters known = key.ExportParameters(includePrivateParameters: false);
        return $$"""{"kty":"RSA","use":"sig","kid":"{{keyId}}","n":"{{Encode(known.Modulus!)}}","e":"{{Encode(known.Exponent!)}}"}""";
    }

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await _app.DisposeAsync();
    }

    private async Task SayAsync(HttpContext http)
    {
        Interlocked.Increment(ref _asked);
        if (IsAway)
        {
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
            return;
        }

        await (Lie?.Invoke(http) ?? http.Response.WriteAsync($$"""{"issuer":"{{Address}}","jwks_uri":"{{Address}}/keys"}"""));
    }

    private string Keys() => $$"""{"keys":[{{KeyOf(_key, _keyId)}}]}""";

    /// <summary>An object's members, those of the second in place of the first's; null takes one out.</summary>
    private static string Merged(string json, string besides)
    {
        Dictionary<string, JsonElement> members = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
        foreach ((string name, JsonElement value) in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>($"{{{besides}}}")!)
        {
            members[name] = value;
        }

        return JsonSerializer.Serialize(members.Where(member => member.Value.ValueKind != JsonValueKind.Null).ToDictionary());
    }
}
