#!/bin/sh
# CreateKeyPair with tccli, the official command.
# Install: pip install tccli
# Run:     sh create_key_pair_tccli.sh
# It takes TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY from the environment.
# The private key goes to the standard output: it is shown this once.
tccli lighthouse CreateKeyPair \
    --endpoint http://127.0.0.1:8324 \
    --region ap-guangzhou \
    --KeyName my_first_key \
    --Tags '[{"Key":"team","Value":"night shift"},{"Key":"说明","Value":"\"$HOME\" \\ #{x}"}]' \
    --filter KeyPair.PrivateKey --output text
