using System.Text;
using LocalSidecar.Json;

namespace LocalSidecar.Http;

/// <summary>An error answer in the sidecar API's form: <c>errorCode</c>, <c>message</c>, and sometimes <c>details</c>.</summary>
internal sealed class ApiError
{
    private readonly ByteBuffer _body = new(256);

    private ApiError(int status, string code, string message)
    {
        Status = status;
        Code = code;
        Message = message;
        _body.Write("{\"errorCode\":"u8);
        GoString.Write(_body, code);
        _body.Write(",\"message\":"u8);
        GoString.Write(_body, message);
    }

    public int Status { get; }

    public string Code { get; }

    public string Message { get; }

    public ReadOnlyMemory<byte> Body => _body.WrittenMemory;

    /// <summary>An error without details, which is most of them.</summary>
    public static ApiError Plain(int status, string code, string message)
    {
        var error = new ApiError(status, code, message);
        error._body.Write((byte)'}');
        return error;
    }

    /// <summary>An error with details; each is the inside of a JSON object after its <c>@type</c>.</summary>
    public static ApiError Detailed(int status, string code, string message, params ReadOnlySpan<Detail> details)
    {
        var error = new ApiError(status, code, message);
        error._body.Write(",\"details\":["u8);
        for (var i = 0; i < details.Length; i++)
        {
            if (i > 0)
            {
                error._body.Write((byte)',');
            }

            error._body.Write("{\"@type\":\"type.googleapis.com/google.rpc."u8);
            error._body.Write(Encoding.UTF8.GetBytes(details[i].Type));
            error._body.Write("\","u8);
            error._body.Write(details[i].Members.Written);
            error._body.Write((byte)'}');
        }

        error._body.Write("]}"u8);
        return error;
    }
}

/// <summary>One of an error's details.</summary>
internal readonly record struct Detail(string Type, ByteBuffer Members)
{
    /// <summary>Why, in one stable word.</summary>
    /// <param name="reason">Such as <c>DAPR_STATE_NOT_FOUND</c>.</param>
    /// <param name="metadata">Null is written as <c>null</c>, as the sidecar API does when it has none.</param>
    public static Detail ErrorInfo(string reason, IReadOnlyDictionary<string, string>? metadata)
    {
        var members = new ByteBuffer();
        members.Write("\"domain\":\"dapr.io\",\"metadata\":"u8);
        if (metadata is null)
        {
            members.Write("null"u8);
        }
        else
        {
            GoMap.Write(members, metadata);
        }

        members.Write(",\"reason\":"u8);
        GoString.Write(members, reason);
        return new Detail("ErrorInfo", members);
    }

    /// <summary>About which component.</summary>
    public static Detail ResourceInfo(string type, string name, string description)
    {
        var members = new ByteBuffer();
        members.Write("\"description\":"u8);
        GoString.Write(members, description);
        members.Write(",\"owner\":\"\",\"resource_name\":"u8);
        GoString.Write(members, name);
        members.Write(",\"resource_type\":"u8);
        GoString.Write(members, type);
        return new Detail("ResourceInfo", members);
    }

    /// <summary>Which part of the request is wrong.</summary>
    public static Detail BadRequest(string field, string description)
    {
        var members = new ByteBuffer();
        members.Write("\"field_violations\":[{\"field\":"u8);
        GoString.Write(members, field);
        members.Write(",\"description\":"u8);
        GoString.Write(members, description);
        members.Write("}]"u8);
        return new Detail("BadRequest", members);
    }
}

/// <summary>An error answer on its way out of the code that read the request.</summary>
internal sealed class ApiException(ApiError error) : Exception(error.Message)
{
    public ApiError Error { get; } = error;
}
