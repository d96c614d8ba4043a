namespace JobOrchestrator.Http;

/// <summary>What a caller came with.</summary>
internal enum Credential
{
    /// <summary>Nothing, for nothing is asked for.</summary>
    None = 1,

    /// <summary>A key of <c>Api:Keys</c>.</summary>
    Key = 2,

    /// <summary>A ticket that was made of a key.</summary>
    Ticket = 3,

    /// <summary>A token of the authority of <c>Api:Jwt</c>.</summary>
    Token = 4,
}
