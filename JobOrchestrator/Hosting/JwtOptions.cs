namespace JobOrchestrator.Hosting;

/// <summary>
/// Bearer tokens (JWT) of an authority, beside API keys: who signs in at Entra, Keycloak or a proxy in front of the pages; section
/// <c>Api:Jwt</c> of the configuration.
/// </summary>
public sealed class JwtOptions
{
    /// <summary>Stands before a permission's name in a token, where <c>Read</c> alone would say too little.</summary>
    internal const string Prefix = "jobs.";

    /// <summary>
    /// The address of the authority whose tokens are taken, such as <c>https://login.microsoftonline.com/{tenant}/v2.0</c>; its keys are
    /// found by <c>/.well-known/openid-configuration</c> below it. Empty: no tokens.
    /// </summary>
    public string Authority { get; set; } = "";

    /// <summary>The audience that a token has to be for (<c>aud</c>); several with commas. Needed with <see cref="Authority"/>.</summary>
    public string Audience { get; set; } = "";

    /// <summary>Further issuers (<c>iss</c>) than the one that the authority says of itself; several with commas. Empty.</summary>
    public string Issuers { get; set; } = "";

    /// <summary>True: the authority is asked by https alone. False is only for one on this machine.</summary>
    public bool RequireHttpsMetadata { get; set; } = true;

    /// <summary>
    /// The claim that names the caller, of several the first that is there. What is nested has dots, here and below.
    /// </summary>
    public string NameClaim { get; set; } = "preferred_username upn email name azp appid client_id sub";

    /// <summary>
    /// The claim whose value is the owner whose jobs the caller sees and submits, of several the first that is there: by default the
    /// program that the token was given to.
    /// </summary>
    public string OwnerClaim { get; set; } = "owner azp appid client_id";

    /// <summary>The claims that name queues which the caller sees, works and operates; <c>*</c>: all.</summary>
    public string QueuesClaim { get; set; } = "queues";

    /// <summary>The claims that name queues which the caller submits into; <c>*</c>: all.</summary>
    public string SubmitQueuesClaim { get; set; } = "submit_queues";

    /// <summary>The claims that say what the caller may do: words of <see cref="KeyPermissions"/>, and <see cref="Roles"/>.</summary>
    public string PermissionsClaim { get; set; } = "roles scp scope";

    /// <summary>
    /// Whether every token that permits something also reads what jobs carry. False: those alone do that say <c>ReadPayload</c>, or a role
    /// with it.
    /// </summary>
    public bool ReadPayload { get; set; } = true;

    /// <summary>The queues of a token that names none; <c>*</c>: all. Empty: it has none.</summary>
    public IList<string> Queues { get; } = [];

    /// <summary>The queues that a token submits into which names none; <c>*</c>: all. Empty: those that it has.</summary>
    public IList<string> SubmitQueues { get; } = [];

    /// <summary>What other words in <see cref="PermissionsClaim"/> stand for: roles or groups of the authority.</summary>
    public IList<JwtRoleOptions> Roles { get; } = [];

    /// <summary>Whether tokens are taken at all.</summary>
    internal bool IsOn => Authority.Length > 0;
}

/// <summary>What a role of the authority is for.</summary>
public sealed class JwtRoleOptions
{
    /// <summary>Its name as the token says it, in its case.</summary>
    public string Role { get; set; } = "";

    /// <summary>What it permits: one or several, with commas.</summary>
    public KeyPermissions Permissions { get; set; }

    /// <summary>Who has it may see and do everything. False.</summary>
    public bool Admin { get; set; }
}
