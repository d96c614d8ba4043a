using JobOrchestrator.Hosting;

namespace JobOrchestrator.Http;

/// <summary>What a token of the authority is for, in the terms of a key.</summary>
internal static class TokenRights
{
    private const int NameMax = 256;

    /// <summary>
    /// Its rights. What the token and the settings do not say it has not: one that permits nothing, or reaches nothing, may do nothing,
    /// and is told why.
    /// </summary>
    /// <param name="claims">What the token says.</param>
    /// <param name="options">The settings: names of keys are theirs alone, in the log and in the audit.</param>
    public static ApiKeyOptions Of(TokenClaims claims, ApiOptions options)
    {
        JwtOptions jwt = options.Jwt;
        var rights = new ApiKeyOptions { Name = NameOf(claims, options) };
        foreach (string word in claims.Words(jwt.PermissionsClaim))
        {
            rights.Permissions |= PermissionOf(word);
            foreach (JwtRoleOptions role in jwt.Roles.Where(role => role.Role == word))
            {
                rights.Permissions |= role.Permissions;
                rights.Admin |= role.Admin;
            }
        }

        // What is read belongs to what one is there for, and is nothing by itself.
        if (rights.Admin || rights.Permissions is KeyPermissions.None or KeyPermissions.ReadPayload)
        {
            rights.Permissions = KeyPermissions.None;
            return rights;
        }

        rights.Owner = claims.First(jwt.OwnerClaim) is { Length: <= NameMax } owner && !owner.Any(char.IsControl) ? owner : null;
        rights.ReadPayload = jwt.ReadPayload || rights.Permissions.HasFlag(KeyPermissions.ReadPayload);
        Fill(rights.Queues, claims.Words(jwt.QueuesClaim), jwt.Queues);
        Fill(rights.SubmitQueues, claims.Words(jwt.SubmitQueuesClaim), jwt.SubmitQueues);
        return rights;
    }

    /// <summary>What has to be said to who may do nothing; null: it may do something.</summary>
    public static string? LackOf(ApiKeyOptions rights, JwtOptions jwt) =>
        rights.Admin ? null
        : rights.Permissions == KeyPermissions.None
            ? $"The token permits nothing: none of its claims {jwt.PermissionsClaim} says Read, Submit, Work or Operate, or a role of "
                + "Api:Jwt:Roles."
        : rights.Owner is null && rights.Queues.Count == 0 && rights.SubmitQueues.Count == 0
            ? $"The token reaches nothing: it has no owner (claims {jwt.OwnerClaim}), and neither it nor Api:Jwt names queues."
        : null;

    private static void Fill(IList<string> queues, IReadOnlyList<string> said, IList<string> otherwise)
    {
        foreach (string queue in said.Count > 0 ? said : otherwise.AsEnumerable())
        {
            queues.Add(queue);
        }
    }

    /// <summary>A word of ours, alone or after <c>jobs.</c>, in any case.</summary>
    private static KeyPermissions PermissionOf(string word)
    {
        bool isLong = word.StartsWith(JwtOptions.Prefix, StringComparison.OrdinalIgnoreCase);
        return (isLong ? word[JwtOptions.Prefix.Length..] : word).ToUpperInvariant() switch
        {
            "READ" => KeyPermissions.Read,
            "SUBMIT" => KeyPermissions.Submit,
            "WORK" => KeyPermissions.Work,
            "OPERATE" => KeyPermissions.Operate,
            "READPAYLOAD" or "READ-PAYLOAD" => KeyPermissions.ReadPayload,
            _ => KeyPermissions.None,
        };
    }

    private static string NameOf(TokenClaims claims, ApiOptions options)
    {
        string name = Plain(claims.First(options.Jwt.NameClaim) ?? claims.First("sub") ?? "token");
        return options.Keys.Any(key => key.Name == name) ? $"{name} (token)" : name;
    }

    /// <summary>People choose their own names: one line, and no longer than others.</summary>
    private static string Plain(string name) =>
        string.Concat((name.Length > NameMax ? name[..NameMax] : name).Select(letter => char.IsControl(letter) ? ' ' : letter));
}
