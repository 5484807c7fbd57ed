# CreateKeyPair with the official Ruby SDK.
# Install: gem install tencentcloud-sdk-common tencentcloud-sdk-lighthouse
# Run:     ruby create_key_pair.rb
# The private key goes to the standard output: it is shown this once.
require 'json'
require 'tencentcloud-sdk-common'
require 'tencentcloud-sdk-lighthouse'

Models = TencentCloud::Lighthouse::V20200324

credential = TencentCloud::Common::Credential.new(
  ENV.fetch('TENCENTCLOUD_SECRET_ID'), ENV.fetch('TENCENTCLOUD_SECRET_KEY')
)
http_profile = TencentCloud::Common::HttpProfile.new('http', '127.0.0.1:8324')
# The SDK dials port 80: as this program's proxy, the server is dialled at its own.
ENV['http_proxy'] = 'http://127.0.0.1:8324'
profile = TencentCloud::Common::ClientProfile.new('TC3-HMAC-SHA256', http_profile, 'en-US')
client = Models::Client.new(credential, 'ap-guangzhou', profile)

tag_1 = Models::Tag.new
tag_1.Key = 'team'
tag_1.Value = 'night shift'
tag_2 = Models::Tag.new
tag_2.Key = '说明'
tag_2.Value = '"$HOME" \\ #{x}'
request = Models::CreateKeyPairRequest.new
request.KeyName = 'my_first_key'
request.Tags = [tag_1, tag_2]

begin
  response = client.CreateKeyPair(request)
  warn response.KeyPair.KeyId
  puts response.KeyPair.PrivateKey
rescue TencentCloud::Common::TencentCloudSDKException => e
  abort "#{e.code}: #{e.message} (RequestId #{e.request_id})"
rescue SystemCallError, SocketError, Timeout::Error => e
  # The API has not answered.
  abort e.message
end
