// CreateKeyPair with the official Java SDK, for Java 17 or newer.
// Install: Maven's com.tencentcloudapi:tencentcloud-sdk-java, 3.1.1436 or newer
// Run:     java --class-path "$CLASSPATH" CreateKeyPair.java
// The private key goes to the standard output: it is shown this once.
import com.tencentcloudapi.common.Credential;
import com.tencentcloudapi.common.exception.TencentCloudSDKException;
import com.tencentcloudapi.common.profile.ClientProfile;
import com.tencentcloudapi.common.profile.HttpProfile;
import com.tencentcloudapi.lighthouse.v20200324.LighthouseClient;
import com.tencentcloudapi.lighthouse.v20200324.models.*;

public class CreateKeyPair {
    public static void main(String[] arguments) {
        Credential credential = new Credential(
                System.getenv("TENCENTCLOUD_SECRET_ID"), System.getenv("TENCENTCLOUD_SECRET_KEY"));
        HttpProfile httpProfile = new HttpProfile();
        httpProfile.setProtocol("http://");
        httpProfile.setEndpoint("127.0.0.1:8324");
        ClientProfile profile = new ClientProfile();
        profile.setHttpProfile(httpProfile);
        LighthouseClient client = new LighthouseClient(credential, "ap-guangzhou", profile);

        try {
            Tag tag1 = new Tag();
            tag1.setKey("team");
            tag1.setValue("night shift");
            Tag tag2 = new Tag();
            tag2.setKey("说明");
            tag2.setValue("""
                    "$HOME" \\ #{x}\
                    """);
            CreateKeyPairRequest request = new CreateKeyPairRequest();
            request.setKeyName("my_first_key");
            request.setTags(new Tag[] {tag1, tag2});
            CreateKeyPairResponse response = client.CreateKeyPair(request);
            System.err.println(response.getKeyPair().getKeyId());
            System.out.println(response.getKeyPair().getPrivateKey());
        } catch (TencentCloudSDKException error) {
            // Without a code the API has not answered, and the cause says why.
            System.err.println(error.getErrorCode() == null
                    ? error.getCause()
                    : error.getErrorCode() + ": " + error.getMessage()
                            + " (RequestId " + error.getRequestId() + ")");
            System.exit(1);
        }
    }
}
